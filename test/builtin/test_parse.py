import json
import math
import random
import sys
import unittest

from harness import PACKAGE

sys.path.insert(0, PACKAGE)

from porthole_viewer.events.parse import Chunk, columns_of, fill, one_by_one, parse_lines  # noqa: E402


# What `float` takes and JSON does not, what JSON takes and is no number, and what makes another line of a line.
ODD = b"nan NaN Infinity -Infinity inf +1 .5 -.5 01 -0 1. 1e5 1E+5 1_0 0x1 true false null [] {} - 1e999 [1] \"t\"".split()
ODD += [b"", b"\x0b1", b"1\x0c", b"\t1 ", b"1 2", b"\xff", b"\\", b'"', b",", b":", b"}", b"\xc2\xa05", b"5\r", b"\0", b"\n"]


def damaged_file(case, chance):
    """Lines of one to three shapes; some with a time of their own, a stage, or whole numbers for others."""
    kinds = chance.randrange(1, 4)
    last = chance.choice(("time", "stage", "z"))

    def change(step, data):
        if step % kinds == 1:
            del data["global_step"]
        data[last] = "s%d" % (step // 9) if last == "stage" else chance.choice((step, chance.random(), 2 ** 60 + step))

    return case.lines(change, chance.randrange(20, 100))


def damaged(chance, line):
    at, odd = chance.randrange(len(line)), chance.choice(ODD)
    how = chance.randrange(5)
    if how == 0:
        return line[:at] + odd + line[at:]
    if how == 1:
        return line[:at] + line[at + chance.randrange(1, 9) :]
    if how == 2:
        parts = line.split(b", ")
        chance.shuffle(parts)
        return b", ".join(parts)
    if how == 3:
        return line[:-1] + odd + b"\n"
    # In the place of a value.
    at = line.rfind(b": ", 0, max(at, 8)) + 2
    end = min(place for place in (line.find(b",", at), line.find(b"}", at)) if place >= 0)
    return line[:at] + odd + line[end:]


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
        self.assert_same_bytes("".join(lines).encode("utf-8"))

    def assert_same_bytes(self, data):
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
        odd = [math.nan, math.inf, -math.inf, 0, -0.0, 1e308, -5e-324, 2 ** 53 + 1, 2 ** 1000, -7]
        self.assert_quick(lambda step, data: data.update({"a/loss": odd[step % len(odd)]}))
        self.assert_same(self.lines(lambda step, data: data.update({"a/loss": 10 ** 400})))

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
            lines[5].replace('"global_step": 5', '"global_step"5: '),
            lines[5].replace('"1: 2": 5e-09', '"1: 2"5e-09: '),
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

    def test_both_ways_find_the_same_in_damaged_lines(self):
        for number in range(300):
            chance = random.Random(number)
            lines = [line.encode("utf-8") for line in damaged_file(self, chance)]
            for _ in range(chance.choice((1, 1, 2, 5))):
                at = chance.randrange(len(lines))
                lines[at] = damaged(chance, lines[at])
            data = b"".join(lines)
            # What is said of a difference is how to see it again.
            with self.subTest(number=number):
                self.assert_same_bytes(data)

    def test_bytes_that_are_no_text_are_read_as_ever(self):
        data = b"".join(line.encode("utf-8").replace(b"\xc3\xa9", b"\xff") for line in self.lines())
        self.assertEqual(sorted(parse_lines(data).columns), ["1: 2", "a/loss", "\ufffdpoch (%)"])


if __name__ == "__main__":
    unittest.main()
