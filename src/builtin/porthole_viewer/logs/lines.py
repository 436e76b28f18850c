"""A log file by lines, whatever its size: newlines are counted once, and only what has been appended later."""

import itertools
import os
import stat
import threading
import time

from porthole_viewer.storage.root import OPEN_FLAGS

BLOCK_BYTES = 256 * 1024
# A line beyond this is a progress bar, or no text.
MAX_LINE_BYTES = 16 * 1024
SAMPLE_BYTES = 256
# A cursor of another process, or of a file that was forgotten, fits none of ours.
GENERATIONS = itertools.count(time.time_ns() // 1000)


class LogFile:
    """`total`: lines, the last one counted even without its end; `open`: it has none."""

    def __init__(self, path):
        self.path = path
        self.lock = threading.Lock()
        self.mark = None
        self.forget()

    def forget(self):
        self.generation = next(GENERATIONS)
        self.size = 0
        # Lines that have ended before each block.
        self.before = [0]
        self.ended = 0
        self.sample = b""
        self.last_newline = 0

    @property
    def open(self):
        return self.size > self.last_newline

    @property
    def total(self):
        return self.ended + (1 if self.open else 0)

    def update(self):
        """Looks at what has been appended; false where there is no file."""
        with self.lock:
            try:
                descriptor = os.open(self.path, OPEN_FLAGS | os.O_NOFOLLOW)
            except OSError:
                if self.mark is not None:
                    self.forget()
                self.mark = None
                return False
            try:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    return False
                self.look(descriptor)
            finally:
                os.close(descriptor)
            return True

    def look(self, descriptor):
        found = os.fstat(descriptor)
        mark = (found.st_ino, found.st_size, found.st_mtime_ns)
        if mark == self.mark:
            return
        if self.mark is not None and self.is_another(descriptor, found):
            self.forget()
        self.mark = mark
        while True:
            block = self.size // BLOCK_BYTES
            want = min((block + 1) * BLOCK_BYTES, found.st_size) - self.size
            data = os.pread(descriptor, want, self.size) if want > 0 else b""
            if not data:
                break
            self.ended += data.count(b"\n")
            newline = data.rfind(b"\n")
            if newline >= 0:
                self.last_newline = self.size + newline + 1
            self.size += len(data)
            if self.size % BLOCK_BYTES == 0:
                self.before.append(self.ended)
        self.sample = os.pread(descriptor, min(SAMPLE_BYTES, self.size), 0)

    def is_another(self, descriptor, found):
        if found.st_ino != self.mark[0] or found.st_size < self.size:
            return True
        if found.st_size == self.mark[1]:
            return True
        return os.pread(descriptor, len(self.sample), 0) != self.sample

    def read(self, first, count):
        """(lines, numbers of those that were cut) from a line on; fewer where the file ends."""
        with self.lock:
            return self.read_lines(first, min(count, self.total - first))

    def read_lines(self, first, count):
        if count <= 0:
            return [], []
        with open(os.open(self.path, OPEN_FLAGS | os.O_NOFOLLOW), "rb", buffering=0) as file:
            at = self.offset_of(file.fileno(), first)
            lines, cut = [], []
            for data in lines_from(file.fileno(), at, self.size):
                text, whole = readable(data)
                if not whole:
                    cut.append(first + len(lines))
                lines.append(text)
                if len(lines) == count:
                    break
        return lines, cut

    def offset_of(self, descriptor, line):
        """The offset at which a line begins."""
        low, high = 0, len(self.before)
        while high - low > 1:
            middle = (low + high) // 2
            if self.before[middle] < line:
                low = middle
            else:
                high = middle
        left, at = line - self.before[low], low * BLOCK_BYTES
        while left > 0:
            data = os.pread(descriptor, BLOCK_BYTES, at)
            if not data:
                return self.size
            newlines = data.count(b"\n")
            if newlines < left:
                left -= newlines
                at += len(data)
                continue
            place = -1
            for _ in range(left):
                place = data.index(b"\n", place + 1)
            return at + place + 1
        return at


def lines_from(descriptor, at, end):
    """Lines from an offset on, without their newlines; of long ones no more than beginning and end."""
    head, tail = b"", b""
    size = 0
    while at < end:
        data = os.pread(descriptor, min(BLOCK_BYTES, end - at), at)
        if not data:
            break
        at += len(data)
        *whole, rest = data.split(b"\n")
        for line in whole:
            yield joined(head, tail, size, line)
            head, tail, size = b"", b"", 0
        size += len(rest)
        if len(head) < MAX_LINE_BYTES:
            head += rest[: MAX_LINE_BYTES + 1]
        tail = (tail + rest)[-2 * MAX_LINE_BYTES :]
    if size:
        yield joined(head, tail, size, b"")


def joined(head, tail, size, line):
    """A line of parts: whole, or, where it is too long, its beginning or the last states of its progress bar."""
    if not size:
        return line
    if size + len(line) <= 2 * MAX_LINE_BYTES:
        return tail + line
    end = (tail + line)[-2 * MAX_LINE_BYTES :]
    return end if b"\r" in end else head + end[:MAX_LINE_BYTES]


def readable(data):
    """(text, whether it is whole): a carriage return at the end is the line's own, from Windows."""
    if data.endswith(b"\r"):
        data = data[:-1]
    if len(data) <= MAX_LINE_BYTES:
        return data.decode("utf-8", "replace"), True
    end = data[-MAX_LINE_BYTES:]
    place = end.find(b"\r")
    part = end[place + 1 :] if place >= 0 else data[:MAX_LINE_BYTES]
    return part.decode("utf-8", "replace"), False
