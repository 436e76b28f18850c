import json
import math
import os
import random
import unittest

from harness import NOW, ViewerCase


class Series(ViewerCase):
    def setUp(self):
        super().setUp()
        self.run_ = self.run_of()
        self.name = self.key(self.run_)

    def add(self, rows):
        """(step, value) pairs, quickly."""
        with open(self.run_.place("events.jsonl"), "a") as file:
            for step, value in rows:
                data = {"loss": value, "global_step": step, "time": NOW + step}
                file.write(json.dumps({"ts": NOW + step, "type": "metrics", "data": data}) + "\n")

    def ask(self, viewer, **params):
        """The answer when all has been read."""
        given = dict({"run": self.name, "metric": "loss", "wait": 5000}, **params)
        return viewer.until(
            lambda: viewer.get("/api/series", **given), lambda one: all(p["complete"] for p in one["progress"])
        )

    def one(self, viewer, **params):
        return self.ask(viewer, **params)["series"][0]

    def test_gives_every_point_where_there_are_few(self):
        self.add([(1, 0.5), (2, 0.25), (5, 3.0)])
        answer = self.ask(self.start())
        series = answer["series"][0]
        self.assertEqual((series["x"], series["last"]), ([1, 2, 5], [0.5, 0.25, 3.0]))
        self.assertEqual((series["min"], answer["bucket"], answer["extent"]), (None, 0, [1, 5]))

    def test_buckets_hold_the_extremes_and_the_last_of_all_raw_points(self):
        chance = random.Random(5)
        rows = [(step, chance.gauss(0, 1)) for step in range(0, 60000, 3)]
        self.add(rows)
        viewer = self.start()
        for low, high, width in ((None, None, 100), (1000, 50000, 333), (17, 9999, 64)):
            given = {} if low is None else {"from_": low, "to": high}
            answer = self.ask(viewer, width=width, **given)
            series, bucket = answer["series"][0], answer["bucket"]
            low, high = (0, 59997) if low is None else (low, high)
            self.assertTrue(width <= (high - low) / bucket <= 2 * width)
            expected = brute_force(rows, low, high, bucket)
            inside = [
                at for at, x in enumerate(series["x"]) if low // bucket <= x // bucket <= high // bucket
            ]
            found = [
                [series["x"][at]] + [series[name][at] for name in ("last", "min", "max")] for at in inside
            ]
            self.assertEqual(len(found), len(expected))
            for one, other in zip(found, expected):
                for a, b in zip(one, other):
                    self.assertTrue(math.isclose(a, b, rel_tol=1e-8), (one, other))

    def test_loses_no_spike_at_any_zoom(self):
        self.add([(step, 99.0 if step == 31415 else 0.0) for step in range(100000)])
        viewer = self.start()
        for low, high in ((0, 99999), (30000, 40000), (31400, 31430)):
            series = self.one(viewer, from_=low, to=high, width=50)
            self.assertEqual(max(series["max"] or series["last"]), 99.0)

    def test_gives_one_point_beyond_each_end_of_the_range(self):
        self.add([(step, step) for step in range(10)])
        self.assertEqual(self.one(self.start(), from_=3, to=5)["x"], [2, 3, 4, 5, 6])

    def test_lists_nan_and_infinities_apart(self):
        self.add([(1, 1.0), (2, math.nan), (3, math.inf), (4, -math.inf), (5, 2.0)])
        series = self.one(self.start())
        self.assertEqual((series["x"], series["last"]), ([1, 5], [1.0, 2.0]))
        self.assertEqual(series["nonFinite"], {"x": [2, 3, 4], "kind": ["nan", "inf", "-inf"]})

    def test_a_metric_that_is_never_finite_has_markers_only(self):
        self.add([(1, math.nan), (2, math.nan)])
        series = self.one(self.start())
        self.assertEqual((series["x"], series["nonFinite"]["x"]), ([], [1, 2]))

    def test_sorts_steps_that_repeat_or_go_back(self):
        self.add([(1, 1), (2, 2), (3, 3), (2, 20), (2, 21), (4, 4)])
        series = self.one(self.start())
        self.assertEqual((series["x"], series["last"]), ([1, 2, 2, 2, 3, 4], [1, 2, 20, 21, 3, 4]))

    def test_sorts_steps_that_go_back_in_what_is_appended(self):
        self.add([(step, 0.0) for step in range(5000)])
        viewer = self.start()
        before = self.ask(viewer, width=20)
        self.add([(100, 7.0), (5000, 1.0)])
        after = self.ask(viewer, width=20, since=before["cursor"])
        series = after["series"][0]
        self.assertTrue(series["replaceFrom"] is None or series["replaceFrom"] <= 100)
        self.assertEqual(max(series["max"]), 7.0)

    def test_gives_only_the_buckets_that_have_changed(self):
        self.add([(step, step) for step in range(10000)])
        viewer = self.start()
        before = self.ask(viewer, width=100)
        self.add([(10000, -5), (10001, 5)])
        after = self.ask(viewer, width=100, since=before["cursor"])
        whole = self.ask(viewer, width=100)
        change, bucket = after["series"][0], before["bucket"]
        self.assertEqual(change["replaceFrom"] % bucket, 0)
        self.assertLess(len(change["x"]), 5)
        kept = [x for x in before["series"][0]["x"] if x < change["replaceFrom"]]
        self.assertEqual(kept + change["x"], whole["series"][0]["x"])

    def test_gives_everything_when_the_bucket_is_another_one(self):
        self.add([(step, step) for step in range(1000)])
        viewer = self.start()
        cursor = self.ask(viewer, width=100)["cursor"]
        self.add([(step, step) for step in range(1000, 9000)])
        self.assertIsNone(self.one(viewer, width=100, since=cursor)["replaceFrom"])

    def test_never_uses_a_line_before_its_end_has_come(self):
        self.add([(1, 1.0)])
        viewer = self.start()
        with open(self.run_.place("events.jsonl"), "a") as file:
            file.write('{"ts": 1, "type": "metrics", "data": {"loss": 4')
            file.flush()
            self.assertEqual(self.one(viewer)["last"], [1.0])
            self.assertEqual(viewer.get("/api/run", run=self.name)["events"]["skipped"]["torn"], 1)
            file.write('2, "global_step": 2}}\n')
        self.assertEqual(self.one(viewer)["last"], [1.0, 42.0])

    def test_notices_a_file_of_the_same_size_that_was_rewritten(self):
        self.add([(1, 1.0), (2, 2.0)])
        viewer = self.start()
        first = self.ask(viewer)
        path = self.run_.place("events.jsonl")
        with open(path) as file:
            text = file.read().replace("2.0", "7.0")
        with open(path, "w") as file:
            file.write(text)
        os.utime(path, (NOW, NOW))
        series = self.one(viewer, since=first["cursor"])
        self.assertEqual((series["last"], series["replaceFrom"]), ([1.0, 7.0], None))

    def test_notices_a_file_that_was_rewritten_and_is_longer_now(self):
        self.add([(1, 1.0), (2, 2.0)])
        viewer = self.start()
        self.ask(viewer)
        with open(self.run_.place("events.jsonl"), "w"):
            self.add([(step, 9.0) for step in range(50)])
        self.assertEqual(self.one(viewer)["last"], [9.0] * 50)

    def test_notices_a_file_that_was_cut_or_replaced(self):
        self.add([(step, 1.0) for step in range(9)])
        viewer = self.start()
        self.ask(viewer)
        os.unlink(self.run_.place("events.jsonl"))
        self.add([(1, 5.0)])
        self.assertEqual(self.one(viewer)["last"], [5.0])
        with open(self.run_.place("events.jsonl"), "w"):
            pass
        self.assertEqual(self.ask(viewer)["series"], [])

    def test_knows_metrics_that_are_not_in_every_line(self):
        for step in range(1, 7):
            self.run_.log(NOW + step, {"loss": step}, step)
            if step % 3 == 0:
                self.run_.log(NOW + step, {"val": step * 10, "epoch": step // 3}, step)
        viewer = self.start()
        self.assertEqual(self.one(viewer)["x"], [1, 2, 3, 4, 5, 6])
        self.assertEqual(self.one(viewer, metric="val")["last"], [30, 60])
        by_epoch = self.one(viewer, x="epoch")
        self.assertEqual((by_epoch["x"], by_epoch["last"]), ([1, 1, 1], [4, 5, 6]))

    def test_has_relative_and_wall_time(self):
        self.add([(10, 1), (20, 2)])
        viewer = self.start()
        self.assertEqual(self.one(viewer, x="wall")["x"], [NOW + 10, NOW + 20])
        self.assertEqual(self.one(viewer, x="relative")["x"], [0, 10])

    def test_puts_several_runs_and_metrics_into_the_same_buckets(self):
        self.add([(step, step) for step in range(4000)])
        other = self.run_of(tail="123456")
        other.log(NOW, {"loss": 1, "acc": 2}, 10)
        answer = self.ask(self.start(), run=[self.name, self.key(other)], metric=["loss", "acc", "none"], width=50)
        self.assertEqual(
            [(one["run"], one["metric"]) for one in answer["series"]],
            [(self.name, "loss"), (self.key(other), "loss"), (self.key(other), "acc")],
        )
        self.assertEqual(answer["extent"], [0, 3999])

    def test_skips_what_is_no_number_and_lines_that_are_no_events(self):
        with open(self.run_.place("events.jsonl"), "w") as file:
            file.write('{"type": "metrics", "ts": 1, "data": {"loss": "text", "global_step": 1}}\n')
            file.write("garbage\n[1]\n\n{}\n")
            file.write('{"type": "other", "ts": 1, "data": {"loss": 9}}\n')
            file.write('{"type": "metrics", "ts": 2, "data": {"loss": true, "global_step": 2}}\n')
            file.write('{"type": "metrics", "ts": 3, "data": {"loss": null, "global_step": 3}}\n')
            file.write('{"type": "metrics", "ts": 4, "data": {"loss": 1e999, "global_step": 4}}\n')
            file.write('{"type": "metrics", "ts": 5, "data": {"loss": %s, "global_step": 5}}\n' % ("9" * 400))
            file.write('{"type": "metrics", "ts": 6, "data": {"loss": 6}}\n')
        viewer = self.start()
        series = self.one(viewer)
        self.assertEqual((series["x"], series["last"]), ([2, 6], [1.0, 6.0]))
        self.assertEqual(series["nonFinite"]["kind"], ["inf", "inf"])
        self.assertEqual(viewer.get("/api/run", run=self.name)["events"]["skipped"]["invalid"], 2)

    def test_answers_in_parts_while_a_big_file_is_read_and_whole_in_the_end(self):
        self.add([(step, float(step % 1000)) for step in range(120000)])
        viewer = self.start(workers=2)
        first = viewer.get("/api/series", run=self.name, metric="loss", wait=0)
        self.assertFalse(first["progress"][0]["complete"])
        whole = self.ask(viewer)
        self.assertEqual(whole["series"][0]["points"], 120000)
        self.assertEqual((whole["extent"], max(whole["series"][0]["max"])), ([0, 119999], 999.0))
        # Nothing that was read in parts is there twice, or missing.
        sums = viewer.get("/api/run", run=self.name)["metrics"]
        self.assertEqual((sums["count"], sums["lastStep"], sums["min"]), ([120000], [119999], [0.0]))

    def test_a_single_line_of_fifty_megabytes_is_skipped_and_counted(self):
        self.add([(1, 1.0)])
        with open(self.run_.place("events.jsonl"), "ab") as file:
            file.write(b'{"type": "metrics", "data": {"loss": "' + b"x" * 50 * 1024 * 1024 + b'"}}\n')
        self.add([(2, 2.0)])
        viewer = self.start(workers=2)
        self.assertEqual(self.one(viewer)["last"], [1.0, 2.0])
        self.assertEqual(viewer.get("/api/run", run=self.name)["events"]["skipped"]["tooLong"], 1)

    def test_refuses_what_is_no_question(self):
        viewer = self.start()
        good = {"run": self.name, "metric": "loss"}
        bad = {"code": (400, "bad-parameter")}
        for change in ({"x": "time"}, {"width": 1}, {"from_": "nan"}, {"from_": 2, "to": 1}, {"since": "AAAA"}, {"more": 1}):
            self.assertEqual(viewer.error("/api/series", **dict(good, **change)), bad["code"], change)
        self.assertEqual(viewer.error("/api/series", run="runs/x", metric="m"), (404, "run-not-found"))
        self.assertEqual(viewer.error("/api/series", run="../x", metric="m"), (400, "bad-parameter"))


def brute_force(rows, low, high, bucket):
    found = {}
    for step, value in rows:
        place = step // bucket
        if low // bucket <= place <= high // bucket:
            before = found.get(place, (None, None, math.inf, -math.inf))
            found[place] = (step, value, min(before[2], value), max(before[3], value))
    return [found[place] for place in sorted(found)]


if __name__ == "__main__":
    unittest.main()
