"""Search through a log of any size."""

import os
import re
import time

from porthole_viewer.logs.lines import BLOCK_BYTES, readable
from porthole_viewer.storage.root import OPEN_FLAGS

READ_BYTES = 16 * BLOCK_BYTES
CONTEXT = 200
MAX_TEXT = 500
# A request ends after this, with what it has; who wants more goes on.
MAX_SECONDS = 2.0


def search_log(log, pattern, first, limit):
    """Data of /api/logs/search for a compiled pattern of bytes, from a line on.

    What is beyond the limit is counted, as far as there is time.
    """
    begun = time.monotonic()
    lines, texts = [], []
    rest, next_line, reached = 0, None, None
    with open(os.open(log.path, OPEN_FLAGS | os.O_NOFOLLOW), "rb", buffering=0) as file:
        descriptor = file.fileno()
        start = at = log.offset_of(descriptor, first)
        number = first
        while at < log.size:
            data = whole_lines(descriptor, at, log.size)
            for line, place, end in matches(data, pattern, number):
                if len(lines) < limit:
                    lines.append(line)
                    texts.append(excerpt(data[place:end]))
                else:
                    next_line = line if next_line is None else next_line
                    rest += 1
            at += len(data)
            number += data.count(b"\n")
            if time.monotonic() - begun > MAX_SECONDS and at < log.size:
                next_line = number if next_line is None else next_line
                reached = number
                break
    return {
        "line": lines,
        "text": texts,
        "next": next_line,
        "rest": rest,
        "to": reached,
        "searched": min(at, log.size) - start,
        "ms": round((time.monotonic() - begun) * 1000),
    }


def pattern_of(text, is_regex, with_case):
    """Compiled for bytes; raises re.error."""
    source = text.encode("utf-8") if is_regex else re.escape(text.encode("utf-8"))
    return re.compile(source, 0 if with_case else re.IGNORECASE)


def whole_lines(descriptor, at, end):
    """A few MB that end with a line; the rest of a line that has no end for so long is taken in pieces."""
    data = os.pread(descriptor, min(READ_BYTES, end - at), at)
    newline = data.rfind(b"\n")
    return data[: newline + 1] if newline >= 0 and at + len(data) < end else data


def matches(data, pattern, number):
    """(line, begin and end of the text around the match) of lines with one; `number` is the first's."""
    at = counted = 0
    while True:
        match = pattern.search(data, at)
        if match is None:
            return
        start = data.rfind(b"\n", 0, match.start()) + 1
        newline = data.find(b"\n", match.start())
        end = len(data) if newline < 0 else newline
        if start >= len(data) and start == end:
            return
        number += data.count(b"\n", counted, start)
        counted = start
        yield number, max(start, match.start() - CONTEXT), end
        at = end + 1
        if at > len(data):
            return


def excerpt(data):
    return readable(data[: 4 * MAX_TEXT])[0][:MAX_TEXT]
