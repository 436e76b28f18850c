"""Lines of events.jsonl as columns of numbers."""

import json
import math
from array import array

from porthole_viewer.events.uniform import is_number, uniform_columns

scan = json.JSONDecoder().scan_once

MAX_NAME = 300
# For less than this, or fewer lines, the quick way is not worth its preparations.
SHORT_DATA = 2 * 1024
MANY_LINES = 16
OF_NUMBERS = b"0123456789.-+eE"
NAN = float("nan")
KINDS = ("nan", "inf", "-inf")
# Of the row itself, not metrics of it.
STEP_NAMES = ("global_step", "step")
NO_METRICS = frozenset(STEP_NAMES + ("time", "stage"))


class Chunk:
    """Rows in the order of their lines: `steps` and `times` hold NaN where a line has none.

    `columns`: name -> (rows, values, bad_rows, bad_kinds); `rows` is None where each row has a finite value.
    `stages`: [first row, last row, name].
    """

    def __init__(self):
        self.count = 0
        self.steps = array("d")
        self.times = array("d")
        self.columns = {}
        self.images = []
        self.stages = []
        self.invalid = 0
        self.too_long = 0


def parse_lines(data):
    """A Chunk from whole lines of bytes. Nothing in it is trusted; what is no event is counted."""
    chunk = Chunk()
    if len(data) > SHORT_DATA:
        columns = columns_of(data)
        parts = by_shape(data, chunk) if columns is None else [(range(data.count(b"\n")), columns)]
    else:
        parts = one_by_one(enumerate(data.split(b"\n")), chunk)
    fill(chunk, parts)
    return chunk


def columns_of(data):
    """Columns of lines that are metrics of one shape, or None."""
    first = parse_line(data[: data.find(b"\n")])
    if first is None or first.get("type") != "metrics" or not isinstance(first.get("data"), dict):
        return None
    return uniform_columns(data, first)


def by_shape(data, chunk):
    """Trainings write lines of a few shapes: one for each step, say, and one for each epoch."""
    shapes = {}
    lines = data.split(b"\n")
    for number, line in enumerate(lines):
        shapes.setdefault(line.translate(None, OF_NUMBERS), []).append(number)
    parts, others = [], []
    for numbers in shapes.values():
        columns = None
        if len(numbers) >= MANY_LINES:
            columns = columns_of(b"\n".join([lines[number] for number in numbers]) + b"\n")
        if columns is None:
            others += numbers
        else:
            parts.append((numbers, columns))
    others.sort()
    return parts + one_by_one([(number, lines[number]) for number in others], chunk)


def one_by_one(lines, chunk):
    """Parts of (number, line) pairs of all kinds; what is no metrics goes into the chunk."""
    shapes = {}
    for number, line in lines:
        event = parse_line(line)
        data = event.get("data") if event is not None else None
        if not isinstance(data, dict):
            chunk.invalid += event is None and not line.isspace() and line != b""
            continue
        kind = event.get("type")
        if kind == "metrics":
            numbers, rows = shapes.setdefault(tuple(data), ([], []))
            numbers.append(number)
            rows.append((event.get("ts"), *data.values()))
        elif kind == "image":
            chunk.images.append(image_of(event, data))
    return [
        (numbers, dict(zip((("ts",), *names), zip(*rows))))
        for names, (numbers, rows) in shapes.items()
    ]


def parse_line(line):
    """The JSON object of a line of bytes, or None."""
    line = line.decode("utf-8", "replace")
    try:
        event, end = scan(line, 0)
        if end != len(line):
            event = json.loads(line)
    except (StopIteration, ValueError, RecursionError):
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            return None
    return event if isinstance(event, dict) else None


def image_of(event, data):
    step = data.get("step")
    return {
        "key": as_text(data.get("key")),
        "step": step if is_number(step) else None,
        "time": number_or_nan(event.get("ts")),
        "caption": as_text(data.get("caption")),
        "path": as_text(data.get("path")),
    }


def fill(chunk, parts):
    """Makes rows of parts: (numbers of their lines, {name: column}); lines that are no rows leave no gap."""
    count = chunk.count = sum(len(numbers) for numbers, _ in parts)
    rows_of = rows_by_line(parts, count)
    pieces, stages = {}, []
    for numbers, columns in parts:
        rows = rows_of(numbers)
        steps = next((columns[name] for name in STEP_NAMES if name in columns), None)
        chunk.steps = placed(chunk.steps, rows, count, steps)
        # A line without `ts` may have a `time` of its own.
        times = finite_of(columns.get(("ts",)), columns.get("time"), len(rows))
        chunk.times = placed(chunk.times, rows, count, times)
        if "stage" in columns:
            stages += zip(rows, map(as_text, columns["stage"]))
        for name, column in columns.items():
            if isinstance(name, str) and name not in NO_METRICS:
                pieces.setdefault(name[:MAX_NAME], []).append((rows, column))
    for row, stage in sorted(stages, key=lambda one: one[0]):
        if chunk.stages and chunk.stages[-1][2] == stage:
            chunk.stages[-1][1] = row
        else:
            chunk.stages.append([row, row, stage])
    for name, found in pieces.items():
        column = column_of(found, count)
        if column is not None:
            chunk.columns[name] = column


def rows_by_line(parts, count):
    """Gives the rows of lines by their numbers."""
    if max((numbers[-1] for numbers, _ in parts), default=-1) == count - 1:
        return lambda found: found
    numbers = sorted(number for numbers, _ in parts for number in numbers)
    rows = {number: row for row, number in enumerate(numbers)}
    return lambda found: [rows[number] for number in found]


def placed(before, rows, count, values):
    """All rows of a column, with these values in theirs; NaN where there is none."""
    values = numbers(values) if values is not None else array("d", [NAN]) * len(rows)
    if len(rows) == count:
        return values
    if not before:
        before = array("d", [NAN]) * count
    for row, value in zip(rows, values):
        before[row] = value
    return before


def finite_of(values, others, count):
    """The first where it is a finite number, else the second."""
    values = numbers(values) if values is not None else array("d", [NAN]) * count
    if others is None or math.isfinite(sum(values)):
        return values
    return array("d", [one if one == one else other for one, other in zip(values, numbers(others))])


def column_of(parts, count):
    if len(parts) == 1:
        rows, values = parts[0][0], floats(parts[0][1])
        if values is not None and math.isfinite(sum(values)):
            rows = None if len(rows) == count else array("I", rows)
            return rows, values, array("I"), bytearray()
    pairs = [pair for rows, column in parts for pair in zip(rows, column)]
    if len(parts) > 1:
        pairs.sort(key=lambda pair: pair[0])
    return sparse(pairs, count)


def sparse(pairs, count):
    rows, values, bad_rows, bad_kinds = array("I"), array("d"), array("I"), bytearray()
    for row, value in pairs:
        if not is_number(value) and not isinstance(value, bool):
            continue
        value = number_or_nan(value) if not isinstance(value, bool) else float(value)
        if value - value == 0:
            rows.append(row)
            values.append(value)
        else:
            bad_rows.append(row)
            bad_kinds.append(0 if value != value else 1 if value > 0 else 2)
    if not rows and not bad_rows:
        return None
    return None if len(rows) == count else rows, values, bad_rows, bad_kinds


def floats(column):
    """An array, or None where a value is no number."""
    try:
        return array("d", column)
    except (TypeError, OverflowError):
        return None


def numbers(column):
    """An array with NaN where a value is no finite number."""
    found = floats(column)
    if found is not None and math.isfinite(sum(found)):
        return found
    return array("d", [number_or_nan(value) for value in column])


def number_or_nan(value):
    if not is_number(value):
        return NAN
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def as_text(value):
    return value[:2000] if isinstance(value, str) else None if value is None else str(value)[:2000]
