import os
import unittest

from harness import NOW, ViewerCase, rows_of


class LiveEvents(ViewerCase):
    def live(self, viewer, **params):
        events = viewer.live(**params)
        self.addCleanup(events.close)
        self.assertEqual(events.next("hello")["pid"], viewer.process.pid)
        return events

    def test_says_when_a_line_of_metrics_is_appended(self):
        run = self.run_of(at=NOW)
        run.log(NOW, {"loss": 1}, 1)
        events = self.live(self.start(), metrics=self.key(run))
        self.assertEqual(events.next("metrics")["rows"], 1)
        run.log(NOW, {"loss": 1}, 2)
        data = events.next("metrics", lambda one: one["rows"] == 2)
        self.assertEqual((data["run"], data["complete"], data["status"]), (self.key(run), True, "running"))

    def test_says_when_a_run_has_ended(self):
        run = self.run_of(at=NOW)
        events = self.live(self.start(), metrics=self.key(run))
        run.finish(NOW, "failed")
        self.assertEqual(events.next("metrics", lambda one: one["status"] != "running")["status"], "failed")

    def test_sends_the_list_and_then_what_changes_in_it(self):
        run = self.run_of()
        events = self.live(self.start(), runs="0", columns="config:lr")
        self.assertEqual(rows_of(events.next("runs", lambda one: one["rows"]))[0]["config:lr"], None)
        run.config({"lr": 0.3})
        rows = rows_of(events.next("runs", lambda one: one["rows"]))
        self.assertEqual(rows[0]["config:lr"], 0.3)
        other = self.run_of(tail="123456")
        keys = events.next("runs", lambda one: self.key(other) in one["columns"]["run"])
        self.assertFalse(keys["reset"])

    def test_sends_a_long_list_in_parts(self):
        for number in range(2100):
            place = os.path.join(self.storage, "runs/a/20260101_000000_%06x" % number)
            os.makedirs(place)
            with open(place + "/meta.json", "w") as file:
                file.write("{}")
        viewer = self.start()
        viewer.runs()
        events = self.live(viewer, runs="0")
        seen = set()
        while len(seen) < 2100:
            answer = events.next("runs")
            self.assertLessEqual(answer["rows"], 2000)
            seen.update(answer["columns"]["run"])

    def test_follows_a_log(self):
        run = self.run_of()
        self.write(run, "logs.txt", "one\ntw")
        viewer = self.start()
        cursor = viewer.get("/api/logs", run=self.key(run))["cursor"]
        events = self.live(viewer, logs=self.key(run), logsCursor=cursor)
        first = events.next("log")
        self.assertEqual((first["from"], first["lines"], first["reset"]), (1, ["tw"], False))
        with open(run.place("logs.txt"), "a") as file:
            file.write("o\nthree\n")
        data = events.next("log", lambda one: one["total"] == 3)
        self.assertEqual((data["from"], data["lines"], data["open"]), (1, ["two", "three"], False))
        os.unlink(run.place("logs.txt"))
        self.write(run, "logs.txt", "new\n")
        data = events.next("log", lambda one: one["lines"] == ["new"])
        self.assertTrue(data["reset"])

    def test_follows_a_log_that_comes_later_from_its_beginning(self):
        run = self.run_of()
        events = self.live(self.start(), logs=self.key(run))
        events.next("log")
        run.text(NOW, "hello")
        self.assertIn("hello", events.next("log", lambda one: one["lines"])["lines"][0])

    def test_sends_the_state_of_the_machine(self):
        run = self.run_of(at=NOW + 3600, pid=os.getpid())
        events = self.live(self.start(), system="yes")
        data = events.next("system", lambda one: one["processes"])
        self.assertEqual((data["processes"][0]["run"], data["processes"][0]["pid"]), (self.key(run), os.getpid()))
        self.assertGreater(data["memory"]["total"], 0)

    def test_tells_how_much_each_path_takes(self):
        run = self.run_of("a/b")
        self.write(run, "media/x.bin", "x" * 5000)
        self.run_of("a/c")
        viewer = self.start()
        disk = viewer.until(lambda: viewer.get("/api/disk"), lambda one: one["complete"])
        sizes = dict(zip(disk["path"], disk["size"]))
        self.assertEqual((disk["path"], disk["runs"]), (["a", "a/b", "a/c"], [2, 1, 1]))
        self.assertGreater(sizes["a/b"], 5000)
        self.assertEqual(sizes["a"], sizes["a/b"] + sizes["a/c"])
        self.assertGreater(viewer.runs()[1]["size"] + viewer.runs()[0]["size"], 5000)

    def test_refuses_a_question_about_nothing(self):
        self.assertEqual(self.start().error("/api/live"), (400, "bad-parameter"))


if __name__ == "__main__":
    unittest.main()
