"""The quick way for what a training writes: lines that have the same names in the same places.

Cut at its quotes, a text of such lines has as many pieces for each of them, so that every n-th piece is a
column. That takes six sevenths of the time of parsing them as JSON, most of it for the numbers themselves.
Where one line does not fit, nothing is used of it.
"""

import json
import math
from array import array

scan = json.JSONDecoder().scan_once

# Once it is known that they stand where they should, they may as well be blank: but for a number's own colon,
# which it must follow.
SIGNS = b'{}[]:,"\\_\n'
NO_SIGNS = bytes(set(range(256)) - set(SIGNS))
BLANKS = bytes.maketrans(b"{}:,", b"  , ")
TEXT, NUMBER = range(2)
# The pieces of so much text stay in a processor's cache.
BLOCK_BYTES = 96 * 1024


def uniform_columns(data, first):
    """{(name of the event's own,) or name in its data: column} of whole lines, or None.

    `first` is the first line's event. Numbers come as an array, the stage as a list of texts.
    """
    # The row's time is that of the event, where it has one.
    ignored = "time" if is_number(first.get("ts")) else None
    try:
        places = list(places_of(first))
    except ValueError:
        return None
    columns = {
        name: array("d") if kind == NUMBER else []
        for kind, name in filter(None, places)
        if (kind == NUMBER and name != ignored) or name == "stage"
    }
    line = data[: data.find(b"\n") + 1]
    signs = line.translate(None, NO_SIGNS)
    texts = pieces_of(line)
    start = 0
    while start < len(data):
        end = data.find(b"\n", start + BLOCK_BYTES) + 1 or len(data)
        block = data[start:end]
        start = end
        lines = block.count(b"\n")
        if b"\\" in signs or block.translate(None, NO_SIGNS) != signs * lines:
            return None
        try:
            take(block, lines, places, texts, columns)
        except ValueError:
            return None
    if ignored and not math.isfinite(sum(columns[("ts",)])):
        return None
    return columns


def pieces_of(block):
    pieces = block.translate(BLANKS).split(b'"')
    # What follows a line is what stands before the next.
    pieces[-1] += pieces[0]
    return pieces


def take(block, lines, places, texts, columns):
    """Adds the lines of a block to the columns. Raises ValueError where they are not like the first one."""
    pieces, width = pieces_of(block), len(places)
    if len(texts) != width + 1:
        raise ValueError("a name that is there twice")
    for at, place in enumerate(places, 1):
        column = pieces[at::width]
        if place is None:
            if column.count(texts[at]) != lines:
                raise ValueError(column[0])
        elif place[0] == NUMBER:
            numbers = numbers_of(column)
            if place[1] in columns:
                columns[place[1]].extend(numbers)
        elif place[1] == "stage":
            columns["stage"] += [one.decode("utf-8", "replace") for one in block.split(b'"')[at::width]]


def numbers_of(column):
    """Numbers by the rules of JSON, which are not those of `float`: no +1, no .5, no 007, no nan."""
    text = "[0%s]" % b"".join(column).decode("ascii")
    # What else is a value without brackets and quotes: true, false and null.
    if "u" in text or "l" in text:
        raise ValueError(text)
    try:
        values, end = scan(text, 0)
    except StopIteration:
        raise ValueError(text) from None
    if end != len(text):
        raise ValueError(text)
    del values[0]
    try:
        return array("d", values)
    except OverflowError:
        # Whole numbers beyond all floats, for those who know them.
        raise ValueError(text) from None


def places_of(event, inside=False):
    """What stands between the quotes of its line: (kind, name), or None for what is the same in each line.

    Raises ValueError for an event of another kind.
    """
    for name, value in event.items():
        yield None
        if is_number(value):
            yield NUMBER, name if inside else (name,)
        elif isinstance(value, str):
            yield None
            yield (TEXT, name) if inside else None
            yield None
        elif isinstance(value, dict) and not inside:
            yield None
            yield from places_of(value, True)
        else:
            raise ValueError(name)


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)
