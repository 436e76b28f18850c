import json
import math
import random
import sys
import unittest

from harness import PACKAGE

sys.path.insert(0, PACKAGE)

from porthole_viewer.events.parse import Chunk, columns_of, fill, one_by_one, parse_lines  # noqa: E402


class Parse(unittest.TestCase):
    """Lines of a few shapes are read in a quicker way: it must find what the other finds, or keep away."""

    def lines(self, change=None, count=400):
        chance = random.Random(1)
        for step in range(count):
            data = {"a/loss": chance.gauss(0, 1), "\u00e9poch (%)": step // 10, "1: 2": 1e-9 * step, "global_step": step}
            if change:
                change(step, data)
            event = {"ts": 1.7e9 + step / 7, "type": "metrics", "data": data}
            yield json.dumps(event, ensure_ascii=False) + "\n"

    def assert_same(self, lines):
        """Both ways, whatever the quick one makes of the lines."""
        data = "".join(lines).encode("utf-8")
        one, other = parse_lines(data), Chunk()
        fill(other, one_by_one(enumerate(data.split(b"\n")), other))
        # As texts: NaN is not equal to itself.
        self.assertEqual(repr((one.count, one.steps, one.times)), repr((other.count, other.steps, other.times)))
        self.assertEqual(repr(sorted(one.columns.items())), repr(sorted(other.columns.items())))
        self.assertEqual((one.images, one.stages, one.invalid), (other.images, other.stages, other.invalid))

    def is_quick(self, lines):
        return columns_of("".join(lines).encode("utf-8")) is not None

    def assert_quick(self, change=None):
        lines = list(self.lines(change))
        self.assertTrue(self.is_quick(lines))
        self.assert_same(lines)

    def test_both_ways_find_the_same(self):
        self.assert_quick()

    def test_both_ways_find_the_same_in_values_of_all_sizes(self):
        odd = [math.nan, math.inf, -math.inf, 0, -0.0, 1e308, -5e-324, 2 ** 53 + 1, 10 ** 400, -7]
        self.assert_quick(lambda step, data: data.update({"a/loss": odd[step % len(odd)]}))

    def test_both_ways_find_the_same_stages_and_leave_other_texts(self):
        self.assert_quick(lambda step, data: data.update(stage="\u00e9 %d" % (step // 90), note="n%d" % step))

    def test_both_ways_find_the_same_times(self):
        self.assert_quick(lambda step, data: data.update(time=step))
        lines = [line.replace('"ts": ', '"when": ') for line in self.lines(lambda step, data: data.update(time=step))]
        self.assertTrue(self.is_quick(lines))
        self.assert_same(lines)
        self.assert_same([lines[0].replace('"when": 1700000000.0', '"ts": NaN')] + lines[1:])

    def test_lines_of_some_shapes_are_read_in_the_quick_way_shape_by_shape(self):
        def change(step, data):
            if step % 5 == 0:
                data.update(accuracy=step / 7, stage="check")
            if step % 5 == 1:
                del data["a/loss"], data["global_step"]

        lines = list(self.lines(change))
        self.assertFalse(self.is_quick(lines))
        self.assert_same(lines)
        image = '{"ts": 1, "type": "image", "data": {"key": "k", "path": "p", "step": 1}}\n'
        self.assert_same(lines[:50] + [image, "\n", "garbage\n"] + lines[50:] + [image])

    def test_one_line_of_another_kind_goes_the_other_way(self):
        lines = list(self.lines())
        for other in (
            "garbage\n",
            "\n",
            "x" + lines[5],
            "5" + lines[5],
            lines[5][:-1] + " x\n",
            lines[5][:-1] + "5\n",
            lines[5][:-1] + lines[5],
            lines[5].replace('"global_step": 5', '"global_step": "5"'),
            lines[5].replace('"global_step": 5', '"global_step": 1-2'),
            lines[5].replace('"global_step": 5', '"global_step": 1_2'),
            lines[5].replace('"global_step": 5', '"global_step": '),
            lines[5].replace('"global_step": 5', '"global_step": {5}'),
            lines[5].replace('"global_step": 5', '"global_step": 5, "more": 1'),
            lines[5].replace('"global_step": 5', '"global_step": 5, "a/loss": 1'),
            lines[5].replace("metrics", "other"),
            lines[5].replace("a/loss", "a/l\\u006fss"),
            '{"ts": 1, "type": "image", "data": {"key": "k", "path": "p", "step": 1}}\n',
        ):
            for place in (0, 200, 399):
                changed = lines[:place] + [other] + lines[place:]
                self.assertFalse(self.is_quick(changed), other)
                self.assert_same(changed)

    def test_what_is_no_number_is_left_to_the_other_way(self):
        for value in (None, True, [1], {"a": 1}, 'a "quoted" text', "back\\slash"):
            lines = list(self.lines(lambda step, data, value=value: data.update(more=value)))
            self.assertFalse(self.is_quick(lines))
            self.assert_same(lines)

    def test_bytes_that_are_no_text_are_read_as_ever(self):
        data = b"".join(line.encode("utf-8").replace(b"\xc3\xa9", b"\xff") for line in self.lines())
        self.assertEqual(sorted(parse_lines(data).columns), ["1: 2", "a/loss", "\ufffdpoch (%)"])


if __name__ == "__main__":
    unittest.main()
