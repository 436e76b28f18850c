import json
import math
import random
import sys
import unittest

from harness import PACKAGE

sys.path.insert(0, PACKAGE)

from porthole_viewer.events.parse import parse_any, parse_lines, parse_uniform  # noqa: E402


class Parse(unittest.TestCase):
    """Lines of one shape are read in a quicker way: it must find what the other finds, or keep away."""

    def lines(self, change=None, count=400):
        chance = random.Random(1)
        for step in range(count):
            data = {"a/loss": chance.gauss(0, 1), "\u00e9poch (%)": step // 10, "1: 2": 1e-9 * step, "global_step": step}
            if change:
                change(step, data)
            event = {"ts": 1.7e9 + step / 7, "type": "metrics", "data": data}
            yield json.dumps(event, ensure_ascii=False) + "\n"

    def same(self, one, other):
        # As texts: NaN is not equal to itself.
        self.assertEqual(repr((one.count, one.steps, one.times)), repr((other.count, other.steps, other.times)))
        self.assertEqual(repr(one.columns), repr(other.columns))
        self.assertEqual((one.images, one.stages, one.invalid), (other.images, other.stages, other.invalid))

    def test_both_ways_find_the_same(self):
        text = "".join(self.lines())
        self.assertIsNotNone(parse_uniform(text))
        self.same(parse_uniform(text), parse_any(text))

    def test_both_ways_find_the_same_in_values_of_all_sizes(self):
        odd = [math.nan, math.inf, -math.inf, 0, -0.0, 1e308, -5e-324, 2 ** 53 + 1, 10 ** 400, -7]

        def change(step, data):
            data["a/loss"] = odd[step % len(odd)]

        text = "".join(self.lines(change))
        self.assertIsNotNone(parse_uniform(text))
        self.same(parse_uniform(text), parse_any(text))

    def test_one_line_of_another_kind_is_enough_to_take_the_other_way(self):
        lines = list(self.lines())
        for other in (
            "garbage\n",
            "\n",
            "x" + lines[5],
            lines[5][:-1] + " x\n",
            lines[5].replace('"global_step": 5', '"global_step": "5"'),
            lines[5].replace('"global_step": 5', '"global_step": 1-2'),
            lines[5].replace('"global_step": 5', '"global_step": 5, "more": 1'),
            lines[5].replace("metrics", "other"),
            '{"ts": 1, "type": "image", "data": {"key": "k", "path": "p", "step": 1}}\n',
        ):
            for place in (0, 200, 399):
                text = "".join(lines[:place] + [other] + lines[place:])
                self.assertIsNone(parse_uniform(text), other)
                self.same(parse_lines(text), parse_any(text))

    def test_what_is_no_number_is_left_to_the_other_way(self):
        for value in ("text", None, True, [1], {"a": 1}):
            text = "".join(self.lines(lambda step, data, value=value: data.update(more=value)))
            self.assertIsNone(parse_uniform(text))
            self.same(parse_lines(text), parse_any(text))


if __name__ == "__main__":
    unittest.main()
