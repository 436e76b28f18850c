import json
import os
import socket
import subprocess
import sys
import time
import unittest

from harness import NOW, ViewerCase, rows_of

GONE = 2 ** 22 + 7


class Runs(ViewerCase):
    def test_shows_all_layouts_of_one_root_newest_first(self):
        self.run_of("vision/net", NOW - 100, "aaaaaa").finish(NOW)
        self.run_of("speech/wav", NOW - 300, "bbbbbb", "0.5").finish(NOW)
        flat = self.run_of("x", NOW - 200, "cccccc")
        place = os.path.join(self.storage, "runs", flat.id)
        os.rename(flat.directory, place)
        with open(place + "/meta.json", "w") as file:
            json.dump({"id": flat.id, "created_at": NOW - 200}, file)
        rows = self.start().runs()
        self.assertEqual(
            [(row["path"], row["layout"]) for row in rows],
            [("vision/net", "path"), ("", "flat"), ("speech/wav", "project")],
        )

    def test_gives_what_the_files_of_a_run_say(self):
        run = self.run_of(alias="best one", tags=["a", "b"], hostname="elsewhere", pid=77)
        run.config({"lr": 0.1, "net": {"width": 64}})
        run.summary({"best_metric_name": "acc", "best_metric_value": 0.9, "best_metric_step": 5, "n": 3})
        run.finish(run.created_at + 60)
        names = ["config:lr", "config:net.width", "summary:n", "config:none"]
        (row,) = self.start().runs(columns=names)
        self.assertEqual([row[name] for name in names], [0.1, 64, 3, None])
        self.assertEqual((row["alias"], row["tags"], row["host"], row["pid"]), ("best one", ["a", "b"], "elsewhere", 77))
        self.assertEqual((row["bestName"], row["bestValue"], row["bestStep"]), ("acc", 0.9, 5))
        self.assertEqual((row["status"], row["duration"]), ("finished", 60))

    def test_takes_the_summary_of_an_old_run_for_its_config(self):
        self.run_of(version="0.5").summary({"lr": 0.5})
        self.assertEqual(self.start().runs(columns="config:lr")[0]["config:lr"], 0.5)

    def test_a_first_screen_comes_with_who_serves_it_in_one_answer(self):
        for number in range(3):
            self.run_of("a", NOW - 1000 + number, "00000%d" % number).finish(NOW)
        viewer = self.start()
        viewer.runs()
        before = time.time()
        for _ in range(2):
            answer = viewer.get("/api/runs", limit=2, info="yes")
            info = answer.pop("info")
            # The list is kept as it was made; the time is not.
            self.assertGreaterEqual(info.pop("now"), before)
            before = time.time()
            self.assertEqual(answer, viewer.get("/api/runs", limit=2))
            own = viewer.get("/api/info")
            del own["now"]
            self.assertEqual(info, own)

    def test_gives_the_newest_first_with_a_cursor_that_brings_the_rest(self):
        for number in range(5):
            self.run_of("a", NOW - 1000 + number, "00000%d" % number)
        viewer = self.start()
        viewer.runs()
        first = viewer.get("/api/runs", limit=2)
        self.assertEqual(first["columns"]["run"][0][-1], "4")
        self.assertEqual(first["rows"], 2)
        rest = viewer.get("/api/runs", since=first["cursor"])
        self.assertEqual((rest["rows"], rest["reset"]), (5, True))

    def test_gives_only_what_has_changed_since_a_cursor(self):
        run = self.run_of("a", NOW - 1000, "000001")
        self.run_of("a", NOW - 900, "000002").finish(NOW)
        gone = self.run_of("a", NOW - 800, "000003")
        viewer = self.start()
        viewer.runs()
        cursor = viewer.get("/api/runs")["cursor"]
        self.assertEqual(viewer.get("/api/runs", since=cursor)["rows"], 0)
        run.finish(NOW)
        os.rename(gone.directory, os.path.join(self.directory, "away"))
        delta = viewer.until(
            lambda: viewer.get("/api/runs", since=cursor), lambda one: one["rows"] and one["removed"]
        )
        self.assertEqual([row["run"] for row in rows_of(delta)], [self.key(run)])
        self.assertEqual(delta["columns"]["status"], ["finished"])
        self.assertEqual((delta["removed"], delta["reset"]), ([self.key(gone)], False))

    def test_a_cursor_of_another_process_brings_everything(self):
        self.run_of()
        answer = self.start().get("/api/runs", since="1-2.7")
        self.assertEqual((answer["rows"], answer["reset"]), (1, True))

    def test_finds_a_run_that_comes_later(self):
        viewer = self.start()
        self.assertEqual(viewer.runs(), [])
        run = self.run_of()
        (row,) = viewer.until(viewer.runs, len)
        self.assertEqual(row["run"], self.key(run))

    def test_keeps_them_in_order_when_runs_go_come_back_and_change_their_date(self):
        first, middle, last = (self.run_of("a", NOW - at, "00000%d" % at) for at in (300, 200, 100))
        viewer = self.start()

        def expect(*runs):
            wanted = [self.key(run) for run in runs]
            viewer.until(lambda: [row["run"] for row in viewer.runs()], wanted.__eq__)

        expect(last, middle, first)
        away = os.path.join(self.directory, "away")
        os.rename(middle.directory, away)
        expect(last, first)
        os.rename(away, middle.directory)
        expect(last, middle, first)
        self.write(first, "meta.json", json.dumps(dict(first.meta("a", {}), created_at=NOW - 1)))
        expect(first, last, middle)

    def test_opens_a_run_that_came_this_moment(self):
        viewer = self.start()
        viewer.runs()
        self.assertEqual(viewer.get("/api/run", run=self.key(self.run_of()))["row"]["path"], "a/b")

    def test_marks_deleted_runs_and_those_in_the_newer_recycle_bin(self):
        self.run_of("a", NOW - 10, "000001").delete(NOW)
        run = self.run_of(".recycle", NOW - 20, "000002")
        self.write(run, ".deleted", json.dumps({"deleted_at": 5, "original_path": "was/here"}))
        first, second = self.start().runs()
        self.assertEqual((first["path"], first["deletedAt"]), ("a", NOW))
        self.assertEqual((second["path"], second["deletedAt"]), ("was/here", 5))

    def test_gives_metric_columns_when_they_have_been_read(self):
        run = self.run_of()
        for step, (loss, acc) in enumerate(((3, 0.1), (1, 0.9), (2, 0.5))):
            run.log(NOW, {"loss": loss, "acc": acc}, step)
        run.log(NOW, {"loss": float("nan")}, 3)
        viewer = self.start()
        names = ["metric:%s" % name for name in ("loss:last", "loss:min", "loss:max", "loss:best", "acc:best", "acc:count", "x:last")]
        answer = viewer.until(
            lambda: viewer.get("/api/runs", columns=names), lambda one: one["rows"] and not one["pending"]
        )
        self.assertEqual([answer["extra"][name][0] for name in names], [2, 1, 3, 1, 0.9, 3, None])
        run.log(NOW, {"loss": 0.5}, 4)
        viewer.until(lambda: viewer.runs(columns=names), lambda rows: rows[0]["metric:loss:last"] == 0.5)
        columns = viewer.get("/api/columns")
        self.assertEqual(columns["metrics"], {"name": ["acc", "loss"], "runs": [1, 1]})

    def test_counts_the_metrics_of_a_file_anew_when_it_is_rewritten(self):
        run = self.run_of()
        run.log(NOW, {"loss": 3.0}, 1)
        viewer = self.start()
        ask = lambda: viewer.runs(columns="metric:loss:max")[0]["metric:loss:max"]  # noqa: E731
        viewer.until(ask, lambda value: value == 3.0)
        os.unlink(run.place("events.jsonl"))
        run.log(NOW, {"loss": 1.0}, 1)
        viewer.until(ask, lambda value: value == 1.0)


class Status(ViewerCase):
    def status_of(self, **meta):
        run = self.run_of(**meta)
        return self.start().get("/api/run", run=self.key(run))["row"]

    def test_a_run_whose_process_is_there_is_running(self):
        row = self.status_of(at=time.time(), pid=os.getpid())
        self.assertEqual((row["status"], row["duration"]), ("running", None))

    def test_a_run_whose_process_is_gone_has_crashed(self):
        row = self.status_of(pid=GONE)
        self.assertEqual((row["status"], row["recorded"]), ("crashed", "running"))
        self.assertIn("gone", row["reason"])

    def test_a_run_whose_process_number_was_given_again_has_crashed(self):
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        row = self.status_of(at=NOW - 86400, pid=child.pid)
        child.communicate(b"\n")
        self.assertEqual(row["status"], "crashed")
        self.assertIn("another one", row["reason"])

    def test_a_run_of_another_host_is_running_while_it_is_written_and_stale_after_that(self):
        row = self.status_of(hostname="elsewhere", tail="000001")
        self.assertEqual(row["status"], "running")
        run = self.run_of(hostname="elsewhere", tail="000002")
        os.utime(run.place("status.json"), (NOW - 700, NOW - 700))
        row = self.start().get("/api/run", run=self.key(run))["row"]
        self.assertEqual(row["status"], "stale")
        self.assertIn("elsewhere", row["reason"])

    def test_a_process_that_cannot_be_seen_but_writes_is_running(self):
        run = self.run_of(pid=GONE, hostname=socket.gethostname())
        viewer = self.start()
        viewer.until(viewer.runs, lambda rows: rows[0]["status"] == "crashed")
        time_of = os.stat(run.place("status.json")).st_mtime + 5
        run.log(NOW, {"loss": 1})
        os.utime(run.place("events.jsonl"), (time_of, time_of))
        viewer.until(
            lambda: viewer.get("/api/run", run=self.key(run))["row"],
            lambda row: row["status"] == "running" and "cannot be seen" in row["reason"],
        )

    def test_a_run_without_a_status_file_is_unknown(self):
        run = self.run_of()
        os.unlink(run.place("status.json"))
        self.assertEqual(self.start().runs()[0]["status"], "unknown")

    def test_keeps_what_a_training_has_written_as_its_status(self):
        self.run_of().finish(NOW, "interrupted")
        self.assertEqual(self.start().runs()[0]["status"], "interrupted")

    def test_keeps_the_last_good_value_while_a_file_is_being_written(self):
        run = self.run_of(alias="good")
        viewer = self.start()
        self.assertEqual(viewer.runs()[0]["alias"], "good")
        self.write(run, "meta.json", '{"alias": "ha')
        viewer.until(
            lambda: viewer.get("/api/run", run=self.key(run))["row"],
            lambda row: row["alias"] == "good" and "meta.json" in (row["problem"] or ""),
        )


if __name__ == "__main__":
    unittest.main()
