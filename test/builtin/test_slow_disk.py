import os
import subprocess
import sys
import tempfile
import time
import unittest

from harness import LAB, NOW, ViewerCase, rows_of

RUNS = 24
# With a dozen of these for each file: a second and more for each run.
DELAY_S = 0.005
HANGING_ID = "20260101_101010_ffffff"


class SlowDisk(ViewerCase):
    """The storage lies on a disk that takes its time for every operation, and never answers for one place."""

    def setUp(self):
        super().setUp()
        if os.geteuid() != 0 or not os.path.exists("/dev/fuse"):
            self.skip_loudly("a disk of its own needs root and /dev/fuse")
        self.runs = [self.run_of("group/net%d" % (one % 3), tail="%06x" % one) for one in range(RUNS)]
        for run in self.runs:
            run.finish(NOW - 7000)

    def mount(self, hanging="nothing", operation="lookup"):
        """Where the slow disk shows the storage."""
        # Not in /tmp, which others look through.
        place = tempfile.mkdtemp(dir="/run", prefix="porthole-slow-")
        program = os.path.join(LAB, "slow-disk.py")
        self.disk = subprocess.Popen(
            [sys.executable, "-B", program, place, self.storage, str(DELAY_S), operation, hanging],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.addCleanup(self.unmount)
        self.assertEqual(self.disk.stdout.readline(), b"mounted\n")
        return place

    def unmount(self):
        self.disk.communicate()

    def operations(self, say=b"\n"):
        self.disk.stdin.write(say)
        self.disk.stdin.flush()
        return int(self.disk.stdout.readline())

    def test_is_ready_at_once_and_shows_rows_while_the_rest_is_read(self):
        viewer = self.start(self.mount())
        self.assertLess(self.operations(), 2)
        self.assertEqual(viewer.get("/api/health"), {"status": "ok"})
        live = viewer.live(runs="0")
        first = live.next("runs", lambda data: data["rows"])
        self.assertFalse(first["scan"]["complete"])
        self.assertLess(first["rows"], RUNS)
        live.next("runs", lambda data: data["scan"]["complete"])
        live.close()
        viewer.until(lambda: viewer.get("/api/runs"), lambda one: one["rows"] == RUNS)

    def test_leaves_the_disk_alone_while_nobody_asks(self):
        viewer = self.start(self.mount())
        viewer.runs()
        # More than two looks of those that it takes while somebody asks.
        silence, seen = 0, self.operations()
        while silence < 10:
            time.sleep(0.1)
            before, seen = seen, self.operations()
            silence = silence + 1 if seen == before else 0

    def test_a_run_that_hangs_holds_up_no_other(self):
        run = self.run_of("group/net0", tail="ffffff")
        os.rename(run.directory, os.path.join(os.path.dirname(run.directory), HANGING_ID))
        self.holds_up_nothing("runs/group/net0/" + HANGING_ID, HANGING_ID)

    def test_a_directory_that_hangs_holds_up_nothing_beside_it(self):
        self.run_of("group/dead", tail="ffffff").finish(NOW - 7000)
        self.holds_up_nothing("runs/group/dead", "dead")

    def test_a_storage_that_hangs_is_said_to(self):
        os.mkdir(os.path.join(self.storage, "gone"))
        place = os.path.join(self.mount("gone"), "gone")
        viewer = self.start(place)
        self.assertEqual(viewer.get("/api/health"), {"status": "ok"})
        info = viewer.get("/api/info")["storage"]
        self.assertEqual((info["state"], info["message"]), ("unreadable", "%s does not answer: its disk hangs." % place))
        system = viewer.get("/api/system")
        self.assertIsNone(system["disk"])
        self.assertGreater(system["memory"]["total"], 0)
        self.assertEqual(viewer.runs(), [])

    def test_metrics_that_hang_keep_no_column_of_other_runs_away(self):
        self.keep_no_column_away(note="")

    def test_metrics_that_hang_in_a_worker_keep_no_column_of_other_runs_away(self):
        # All files together are more than is read here and now.
        self.keep_no_column_away(note="x" * 5000)

    def keep_no_column_away(self, note):
        for run in self.runs:
            run.log(NOW - 7000, {"loss": 0.5, "note": note}, 1)
        *others, hanging = [self.key(run) for run in self.runs]
        viewer = self.start(self.mount(hanging + "/events.jsonl", "read"))
        column, problem = "metric:loss:last", "%s/events.jsonl does not answer" % hanging

        def values_when(good):
            answer = viewer.until(lambda: viewer.get("/api/runs", columns=column), good)
            return {row["run"]: row[column] for row in rows_of(answer)}

        values = values_when(lambda one: not one["pending"] and one["scan"]["problems"] == [problem])
        self.assertEqual(values, dict(dict.fromkeys(others, 0.5), **{hanging: None}))
        self.assertTrue(viewer.get("/api/columns")["complete"])
        self.operations(b"answer\n")
        values = values_when(lambda one: not one["pending"] and not one["scan"]["problems"])
        self.assertEqual(values[hanging], 0.5)

    def test_metrics_that_hang_are_said_to_and_keep_no_chart_of_other_runs_away(self):
        first, second = self.runs[:2]
        for run in (first, second):
            run.log(NOW - 7000, {"loss": 0.5}, 1)
        hanging, other = self.key(first), self.key(second)
        viewer = self.start(self.mount(hanging + "/events.jsonl", "read"))
        self.assertEqual(viewer.get("/api/run", run=hanging)["problems"], ["events.jsonl does not answer"])
        live = viewer.live(metrics=[hanging, other])
        live.next("metrics", lambda data: data["run"] == other and data["rows"] == 1)
        ask = {"run": [hanging, other], "metric": "loss"}
        self.assertEqual([one["run"] for one in viewer.get("/api/series", **ask)["series"]], [other])
        self.operations(b"answer\n")
        live.next("metrics", lambda data: data["run"] == hanging and data["rows"] == 1)
        live.close()
        self.assertEqual(len(viewer.get("/api/series", **ask)["series"]), 2)
        self.assertEqual(viewer.get("/api/run", run=hanging)["problems"], [])

    def holds_up_nothing(self, place, name):
        viewer = self.start(self.mount(name))
        answer = viewer.until(
            lambda: viewer.get("/api/runs"),
            lambda one: one["scan"]["complete"]
            and one["rows"] == RUNS
            and "%s does not answer" % place in one["scan"]["problems"],
        )
        rows = rows_of(answer)
        self.assertEqual(viewer.get("/api/run", run=rows[0]["run"])["problems"], [])
        viewer.until(
            lambda: viewer.get("/api/disk")["runs"],
            lambda found: found and found[0] == RUNS,
        )
        new = self.key(self.run_of("group/later", tail="abcabc"))
        viewer.until(
            lambda: [row["run"] for row in rows_of(viewer.get("/api/runs"))],
            lambda keys: new in keys and len(keys) == RUNS + 1,
        )


if __name__ == "__main__":
    unittest.main()
