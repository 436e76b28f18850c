"""Whole lines of a file between two offsets, without ever holding a line that is too long."""

import os

# Beyond this a line is no event of a training; it is counted and skipped.
MAX_LINE_BYTES = 1024 * 1024
READ_BYTES = 1024 * 1024


def read_lines(descriptor, start, end):
    """(bytes of whole lines, lines that were too long): those lines that begin in [start, end).

    The line that `start` falls into belongs to whoever reads before it. `end` must be the end of a line's
    reach: the caller gives the offset after the file's last newline as the end of the last part.
    """
    too_long = 0
    if start > 0 and os.pread(descriptor, 1, start - 1) != b"\n":
        # Its length is counted by whoever it belongs to.
        start = after_newline(descriptor, start, end)
    if start >= end:
        return b"", 0
    data = os.pread(descriptor, end - start, start)
    at = start + len(data)
    if len(data) < end - start:
        # The file has been cut meanwhile: what is there counts.
        data = data[: data.rfind(b"\n") + 1]
    elif not data.endswith(b"\n"):
        tail = rest_of_line(descriptor, at)
        data = data + tail if tail is not None else data[: data.rfind(b"\n") + 1]
        too_long += tail is None
    if len(data) > MAX_LINE_BYTES:
        data, dropped = without_long_lines(data)
        too_long += dropped
    return data, too_long


def rest_of_line(descriptor, at):
    """Bytes up to and with the next newline; None where that is too far."""
    parts, size = [], 0
    while size <= MAX_LINE_BYTES:
        part = os.pread(descriptor, 65536, at + size)
        if not part:
            return None
        newline = part.find(b"\n")
        if newline >= 0:
            return b"".join(parts) + part[: newline + 1]
        parts.append(part)
        size += len(part)
    return None


def after_newline(descriptor, at, end):
    """The offset after the first newline in [at, end); `end` where there is none."""
    while at < end:
        part = os.pread(descriptor, min(READ_BYTES, end - at), at)
        if not part:
            return end
        newline = part.find(b"\n")
        if newline >= 0:
            return at + newline + 1
        at += len(part)
    return end


def without_long_lines(data):
    # Most of the time there is none, and this finds out without splitting.
    at, longest = 0, 0
    while True:
        newline = data.rfind(b"\n", at, at + MAX_LINE_BYTES + 1)
        if newline < 0:
            longest = len(data) - at
            break
        at = newline + 1
        if at >= len(data):
            break
    if longest <= MAX_LINE_BYTES:
        return data, 0
    lines = data.split(b"\n")
    kept = [line for line in lines if len(line) <= MAX_LINE_BYTES]
    return b"\n".join(kept), len(lines) - len(kept)


def last_line_end(descriptor, start, end):
    """The offset after the last newline in [start, end), or start: what is behind it is still being written."""
    at = end
    while at > start:
        size = min(65536, at - start)
        part = os.pread(descriptor, size, at - size)
        newline = part.rfind(b"\n")
        if newline >= 0:
            return at - size + newline + 1
        at -= size
    return start
