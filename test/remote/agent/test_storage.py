import json
import os
import unittest

from harness import AgentCase

from porthole_agent import storage


class CheckPath(AgentCase):
    def check(self, path):
        return self.agent.result("check-path", path=path)

    def make(self, *paths):
        for path in paths:
            path = os.path.join(self.base, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            open(path, "w").close()

    def test_kinds_are_told(self):
        self.make("file")
        os.mkfifo(self.base + "/fifo")
        found = {path: self.check(self.base + path)["kind"] for path in ("", "/file", "/fifo", "/no")}
        self.assertEqual(found, {"": "directory", "/file": "file", "/fifo": "other", "/no": "missing"})

    def test_the_nearest_parent_of_a_missing_path_is_told(self):
        self.make("a/file")
        self.assertEqual(self.check(self.base + "/a/b/c/d")["nearestParent"], self.base + "/a")
        self.assertEqual(self.check(self.base + "/a/file/c")["nearestParent"], self.base + "/a")
        self.assertEqual(self.check("/nonexistent-at-all")["nearestParent"], "/")
        self.assertIsNone(self.check(self.base)["nearestParent"])

    def test_the_home_is_expanded_and_relative_paths_begin_there(self):
        agent = self.new_agent(env=dict(os.environ, HOME=self.base))
        for path, expected in (("~", ""), ("~/x", "/x"), ("x/y", "/x/y")):
            self.assertEqual(agent.result("check-path", path=path)["path"], self.base + expected)

    def test_links_are_kept_in_the_path(self):
        self.make("real/runs/a/meta.json")
        os.symlink(self.base + "/real", self.base + "/link")
        found = self.check(self.base + "/link")
        self.assertEqual((found["path"], found["kind"], found["runs"]), (self.base + "/link", "directory", 1))

    def test_runs_of_both_layouts_are_counted(self):
        self.make("runs/a/meta.json", "runs/deep/er/b/status.json", "runs/a/media/meta.json",
                  "runs/empty/file", "project/name/runs/c/meta.json", "project/name/runs/d/x",
                  "archive/blobs/runs/e/meta.json", "project/name/other/f/meta.json")
        found = self.check(self.base)
        self.assertEqual((found["runs"], found["runsCapped"]), (4, False))

    def test_loops_of_links_are_not_followed(self):
        self.make("runs/a/meta.json")
        os.symlink("..", self.base + "/runs/up")
        self.assertEqual(self.check(self.base)["runs"], 1)

    def test_counting_stops_at_its_cap(self):
        self.make(*("runs/%d/meta.json" % number for number in range(20)))
        limit = storage.MAX_RUNS
        self.addCleanup(setattr, storage, "MAX_RUNS", limit)
        storage.MAX_RUNS = 7
        self.assertEqual(storage.count_runs(self.base), (7, True))

    def test_counting_stops_at_its_time(self):
        self.make("runs/a/meta.json", "runs/b/meta.json")
        self.assertEqual(storage.count_runs(self.base, limit_s=-1), (1, True))

    def test_names_with_spaces_quotes_newlines_and_dollars_are_names(self):
        for name in ("a b", "it's \"x\"", "$(touch x)", "new\nline", "\u00fc\u4e2d"):
            os.makedirs(os.path.join(self.base, name))
            found = self.check(os.path.join(self.base, name))
            self.assertEqual((found["kind"], os.path.basename(found["path"])), ("directory", name))

    def test_names_that_are_not_utf_8_make_the_round_trip(self):
        os.makedirs(os.fsencode(self.base) + b"/caf\xe9/runs/\xff/meta.json")
        path = self.base + "/caf\udce9"
        found = self.check(path)
        self.assertEqual((found["path"], found["kind"], found["runs"]), (path, "directory", 1))

    @unittest.skipUnless(os.getuid() != 0, "root may read everything")
    def test_a_directory_that_cannot_be_read_says_so(self):
        os.mkdir(self.base + "/closed", 0)
        self.assertFalse(self.check(self.base + "/closed")["readable"])

    def test_what_is_no_path_is_refused(self):
        for path in (None, "", 7, "a\0b", "x" * 5000):
            self.assertEqual(self.agent.error("check-path", path=path)["code"], "bad-request")

    def test_a_name_longer_than_the_file_system_takes_is_missing(self):
        self.assertEqual(self.check(self.base + "/" + "x" * 300)["kind"], "missing")

    def test_nothing_is_written(self):
        self.make("runs/a/meta.json")
        before = tree(self.base)
        self.check(self.base)
        self.assertEqual(tree(self.base), before)


def tree(root):
    return json.dumps([[path, *map(os.path.getmtime, [path])] for path, _, _ in os.walk(root)])


if __name__ == "__main__":
    unittest.main()
