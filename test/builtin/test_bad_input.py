import json
import os
import random
import unittest

from harness import NOW, ViewerCase

FILES = ("meta.json", "status.json", "summary.json", "assets.json", "events.jsonl", "logs.txt",
         "environment.json", ".deleted", "artifacts_created.json", "artifacts_used.json")  # fmt: skip
# Routes of one run; each must answer whatever is in its files.
OF_A_RUN = ("/api/run", "/api/images", "/api/logs", "/api/assets", "/api/lineage")


class BadInput(ViewerCase):
    def everything(self, viewer, key):
        """All that a page asks; the list's row of the run."""
        for path in OF_A_RUN:
            viewer.get(path, run=key)
        for axis in ("step", "relative", "wall", "epoch"):
            viewer.get("/api/series", run=key, metric="loss", x=axis)
        viewer.get("/api/logs/search", run=key, text="a")
        columns = ["metric:loss:best", "config:lr", "summary:lr"]
        viewer.until(lambda: viewer.get("/api/runs", columns=columns), lambda one: not one["pending"])
        viewer.until(lambda: viewer.get("/api/columns"), lambda one: one["complete"])
        (row,) = [row for row in viewer.runs() if row["run"] == key]
        return row

    def test_binary_garbage_in_every_file(self):
        chance = random.Random(9)
        run = self.run_of()
        for name in FILES:
            self.write(run, name, bytes(chance.randrange(256) for _ in range(5000)))
        row = self.everything(self.start(), self.key(run))
        self.assertEqual(row["status"], "unknown")
        self.assertIn("meta.json is not valid JSON", row["problem"])

    def test_values_of_other_kinds_than_they_should_be(self):
        run = self.run_of()
        odd = [[], 5, "text", True, None, {"a": [1]}, -1e308, float("nan"), 10 ** 30]
        names = ("id path alias tags created_at hostname pid status started_at ended_at exit_reason config datasets"
                 " outputs code artifacts deleted_at original_path best_metric_value best_metric_name lr").split()  # fmt: skip
        viewer = self.start()
        for number, value in enumerate(odd):
            for name in FILES[:4] + FILES[6:]:
                text = json.dumps({key: value for key in names})
                self.write(run, name, text + " " * number)
            self.write(run, "events.jsonl", json.dumps(
                {"ts": value, "type": "metrics", "data": {"loss": value, "global_step": value, "time": value, "stage": value}}
            ) + "\n" + json.dumps({"ts": value, "type": "image", "data": {"key": value, "path": value, "step": value}}) + "\n")  # fmt: skip
            self.everything(viewer, self.key(run))

    def test_json_that_is_nested_too_deeply(self):
        run = self.run_of()
        for name in FILES:
            self.write(run, name, '{"a":' * 100000 + "1" + "}" * 100000)
        self.everything(self.start(), self.key(run))

    def test_files_that_are_directories_pipes_or_loops(self):
        for number, make in enumerate((os.mkdir, os.mkfifo, lambda path: os.symlink(path, path))):
            run = self.run_of(tail="00000%d" % number)
            for name in FILES:
                if os.path.exists(run.place(name)):
                    os.unlink(run.place(name))
                make(run.place(name))
        viewer = self.start()
        for row in viewer.runs():
            self.everything(viewer, row["run"])
        self.assertEqual(len(viewer.runs()), 3)

    def test_names_with_quotes_html_newlines_and_bytes_that_are_no_text(self):
        names = [b"it's \"quoted\"", b"<img src=x onerror=alert(1)>", b"new\nline", b"caf\xe9", b"100%25", b"a&b=c#d?e", b"\xf0\x9f\x90\x8d"]
        for name in names:
            place = os.path.join(os.fsencode(self.storage), b"runs", name, name)
            os.makedirs(place)
            with open(place + b"/meta.json", "w") as file:
                json.dump({"created_at": NOW, "alias": "x"}, file)
            with open(place + b"/events.jsonl", "w") as file:
                file.write('{"ts": 1, "type": "metrics", "data": {"loss": 1, "global_step": 1}}\n')
        viewer = self.start()
        rows = viewer.runs()
        self.assertEqual(len(rows), len(names))
        self.assertIn("caf\ufffd", [row["id"] for row in rows])
        self.assertIn("new\nline", [row["path"] for row in rows])
        for row in rows:
            self.assertEqual(self.everything(viewer, row["run"])["alias"], "x")
            self.assertEqual(viewer.get("/api/series", run=row["run"], metric="loss")["series"][0]["last"], [1])

    def test_paths_that_are_nested_deeply(self):
        place = self.storage + "/runs" + "/d" * 35
        os.makedirs(place + "/run")
        with open(place + "/run/meta.json", "w") as file:
            file.write("{}")
        deeper = self.storage + "/runs" + "/e" * 60
        os.makedirs(deeper)
        with open(deeper + "/meta.json", "w") as file:
            file.write("{}")
        rows = self.start().runs()
        self.assertEqual([row["path"] for row in rows], ["/".join("d" * 35)])

    def test_links_that_loop_or_lead_outside_are_not_followed(self):
        self.run_of()
        outside = os.path.join(self.directory, "outside/20260101_000000_abcdef")
        os.makedirs(outside)
        with open(outside + "/meta.json", "w") as file:
            json.dump({"alias": "secret"}, file)
        for target, name in (
            (".", "runs/here"),
            ("..", "runs/up"),
            ("self", "runs/self"),
            (os.path.dirname(outside), "runs/outside"),
            (outside, "runs/20260101_000000_abcdef"),
            (self.directory, "project"),
        ):
            os.symlink(target, os.path.join(self.storage, name))
        viewer = self.start()
        self.assertEqual([row["path"] for row in viewer.runs()], ["a/b"])
        problems = viewer.get("/api/runs")["scan"]["problems"]
        self.assertIn("runs/outside is a link that leads outside the storage", problems)
        for key in ("runs/20260101_000000_abcdef", "runs/outside/20260101_000000_abcdef"):
            self.assertEqual(viewer.error("/api/run", run=key), (404, "run-not-found"))

    def test_a_run_that_cannot_be_read_keeps_no_other_from_being_shown(self):
        self.run_of(tail="000001")
        run = self.run_of(tail="000002")
        os.unlink(run.place("meta.json"))
        os.symlink("/proc/self/mem", run.place("meta.json"))
        rows = self.start().runs()
        self.assertEqual(len(rows), 2)
        self.assertIn("meta.json", [row["problem"] for row in rows if row["problem"]][0])

    def test_a_run_with_thousands_of_metrics(self):
        run = self.run_of()
        run.log(NOW, {"m%d" % number: number for number in range(30000)}, 1)
        viewer = self.start()
        row = self.everything(viewer, self.key(run))
        self.assertEqual(row["run"], self.key(run))
        self.assertEqual(len(viewer.get("/api/run", run=self.key(run))["metrics"]["name"]), 20000)


if __name__ == "__main__":
    unittest.main()
