"""Lines of events.jsonl as columns of numbers."""

import json
import math
from array import array

from porthole_viewer.events.uniform import is_number, uniform_columns

scan = json.JSONDecoder().scan_once

MAX_NAME = 300
# For less than this a pattern is not worth its making.
SHORT_TEXT = 16 * 1024
NAN = float("nan")
KINDS = ("nan", "inf", "-inf")
# Of the row itself, not metrics of it.
STEP_NAMES = ("global_step", "step")
NO_METRICS = frozenset(STEP_NAMES + ("time", "stage"))


class Chunk:
    """Rows in the order of their lines: `steps` and `times` hold NaN where a line has none.

    `columns`: name -> (rows, values, bad_rows, bad_kinds); `rows` is None where each row has a finite value.
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


def parse_lines(text):
    """A Chunk from whole lines of text. Nothing in it is trusted; what is no event is counted."""
    return parse_uniform(text) or parse_any(text)


def parse_uniform(text):
    """A Chunk where all lines are metrics of one shape, or None."""
    first = parse_line(text[: text.find("\n") + 1]) if len(text) > SHORT_TEXT else None
    if first is None or first.get("type") != "metrics" or not isinstance(first.get("data"), dict):
        return None
    columns = uniform_columns(text, first)
    if columns is None:
        return None
    chunk = Chunk()
    none = array("d", [NAN]) * len(next(iter(columns.values())))
    chunk.count = len(none)
    chunk.steps = next((columns[name] for name in STEP_NAMES if name in columns), none)
    chunk.times = columns.get(("ts",), columns.get("time", none))
    for name, values in columns.items():
        if isinstance(name, str) and name not in NO_METRICS:
            chunk.columns[name[:MAX_NAME]] = column_of([(range(chunk.count), values)], chunk.count)
    return chunk


def parse_any(text):
    """A Chunk of lines of all kinds."""
    chunk = Chunk()
    # Lines of one training have one shape, or a few: rows of a shape are turned into columns at once.
    shapes = {}
    times = []
    for line in text.split("\n"):
        event = parse_line(line)
        data = event.get("data") if event is not None else None
        if not isinstance(data, dict):
            chunk.invalid += event is None and not line.isspace() and line != ""
            continue
        kind = event.get("type")
        if kind == "metrics":
            rows, values = shapes.setdefault(tuple(data), ([], []))
            rows.append(chunk.count)
            values.append(tuple(data.values()))
            times.append(event.get("ts"))
            chunk.count += 1
        elif kind == "image":
            chunk.images.append(image_of(event, data))
    fill(chunk, shapes, times)
    return chunk


def parse_line(line):
    """The JSON object of a line, or None."""
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


def fill(chunk, shapes, times):
    count = chunk.count
    chunk.times = numbers(times)
    steps = None
    pieces = {}
    for names, (rows, values) in shapes.items():
        columns = dict(zip(names, zip(*values)))
        step_column = next((columns[name] for name in STEP_NAMES if name in columns), None)
        if len(rows) == count and step_column is not None:
            steps = numbers(step_column)
        elif step_column is not None:
            steps = steps if steps is not None else array("d", [NAN]) * count
            for row, step in zip(rows, numbers(step_column)):
                steps[row] = step
        if "stage" in columns:
            chunk.stages += zip(rows, map(as_text, columns["stage"]))
        if "time" in columns:
            fill_times(chunk.times, rows, columns["time"])
        for name, column in columns.items():
            if name not in NO_METRICS:
                pieces.setdefault(name[:MAX_NAME], []).append((rows, column))
    chunk.steps = steps if steps is not None else array("d", [NAN]) * count
    chunk.stages.sort(key=lambda one: one[0])
    for name, parts in pieces.items():
        column = column_of(parts, count)
        if column is not None:
            chunk.columns[name] = column


def fill_times(times, rows, column):
    """A line without `ts` may have a `time` of its own."""
    if math.isfinite(sum(times)):
        return
    for row, value in zip(rows, column):
        if times[row] != times[row]:
            times[row] = number_or_nan(value)


def column_of(parts, count):
    if len(parts) == 1 and len(parts[0][0]) == count:
        values = floats(parts[0][1])
        if values is not None and math.isfinite(sum(values)):
            return None if not count else (None, values, array("I"), bytearray())
    pairs = [pair for rows, column in parts for pair in zip(rows, column)]
    if len(parts) > 1:
        pairs.sort(key=lambda pair: pair[0])
    return sparse(pairs)


def sparse(pairs):
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
    return (rows, values, bad_rows, bad_kinds) if rows or bad_rows else None


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
