import os
import sys
import unittest

from harness import NOW, PACKAGE, ViewerCase

sys.path.insert(0, PACKAGE)

from porthole_viewer.storage.index import Index  # noqa: E402
from porthole_viewer.storage.root import Root  # noqa: E402


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


if __name__ == "__main__":
    unittest.main()
