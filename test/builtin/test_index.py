import os
import sys
import unittest

from harness import NOW, PACKAGE, ViewerCase

sys.path.insert(0, PACKAGE)

from porthole_viewer.storage.index import Index  # noqa: E402
from porthole_viewer.storage.record import BASE_COLUMNS, Record  # noqa: E402
from porthole_viewer.storage.root import Root  # noqa: E402
from porthole_viewer.storage.walk import candidate_of  # noqa: E402


class Waking(ViewerCase):
    """Looks of an index that nobody has asked for a while: here they are taken one by one."""

    def setUp(self):
        super().setUp()
        self.ended = self.run_of(tail="aaaaaa")
        self.ended.finish(NOW - 7000)
        # Begun after this process: its number is not somebody else's.
        self.going = self.run_of(at=NOW + 60, tail="bbbbbb", pid=os.getpid())
        self.index = Index(Root(self.storage))
        self.index.refresh()
        for run in (self.ended, self.going):
            self.write(run, "summary.json", '{"best_metric_value": 7}')

    def seen(self):
        """Whether the index has seen what was written to the run that has ended, and to that which goes on."""
        self.index.refresh()
        rows = [self.index.records[self.key(run)].row for run in (self.ended, self.going)]
        return [row["bestValue"] == 7 for row in rows]

    def test_looks_at_what_goes_on_before_all_the_others_where_those_take_long(self):
        self.index.full_took, self.index.next_full = 1, 0
        self.index.put_off_full()
        self.assertEqual(self.seen(), [False, True])
        self.index.next_full = 0
        self.assertEqual(self.seen(), [True, True])

    def test_looks_at_all_at_once_where_that_is_quick(self):
        self.index.full_took, self.index.next_full = 0.001, 0
        self.index.put_off_full()
        self.assertEqual(self.seen(), [True, True])


class Rows(ViewerCase):
    def test_a_row_is_whole_also_while_its_run_is_read_anew(self):
        seen = []

        class Watched(Record):
            def last_write(self, place):
                seen.append(self.row)
                return super().last_write(place)

        run = self.run_of(pid=os.getpid())
        record, root = Watched(candidate_of(self.key(run))), Root(self.storage)
        self.assertTrue(record.refresh(root, NOW))
        run.finish(NOW, "failed")
        self.assertTrue(record.refresh(root, NOW))
        before, meanwhile = seen
        self.assertIsNone(before)
        self.assertLessEqual(set(BASE_COLUMNS), set(meanwhile))
        self.assertEqual(record.row["status"], "failed")


if __name__ == "__main__":
    unittest.main()
