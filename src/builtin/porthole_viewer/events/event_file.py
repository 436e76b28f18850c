"""One run's events.jsonl: read once, then only what has been appended."""

import itertools
import os
import stat
import threading
import time

from porthole_viewer.events.blocks import last_line_end, read_lines
from porthole_viewer.events.parse import parse_lines
from porthole_viewer.events.table import Table
from porthole_viewer.events.view import Views
from porthole_viewer.events.wire import unpack_chunk
from porthole_viewer.storage.root import OPEN_FLAGS

# More than this is read by worker processes, and answered in parts meanwhile.
BIG_BYTES = 1024 * 1024
PART_BYTES = 2 * 1024 * 1024
# Enough of the file to know it again: its beginning, and what was last read of it.
SAMPLE_BYTES = 512
GENERATIONS = itertools.count(time.time_ns() // 1000)


class EventFile:
    """`table` and `views` are looked at with `lock` held; `grown` tells of each part that was added."""

    def __init__(self, path, pool):
        self.path = path
        self.pool = pool
        self.lock = threading.RLock()
        self.grown = threading.Condition(self.lock)
        self.loader = None
        self.size = 0
        self.mark = None
        self.problem = None
        self.used_at = time.monotonic()
        self.begin_anew()

    def begin_anew(self):
        # Never the same again: not after a restart, and not when the file was given up in between.
        self.generation = next(GENERATIONS)
        self.table = Table(self.generation)
        self.views = Views(self.table)
        self.offset = 0
        self.samples = (b"", b"")
        self.torn = False

    def is_complete(self):
        return self.loader is None

    def state(self):
        """Another one whenever an answer from this file may be another one."""
        return (self.generation, self.offset, self.size, self.is_complete())

    def update(self, wait_s=0.0):
        """Reads what is new. A big part is read in the background; waits for that at most so long."""
        self.used_at = time.monotonic()
        with self.lock:
            if self.loader is None:
                self.look()
            deadline = time.monotonic() + wait_s
            while self.loader is not None:
                left = deadline - time.monotonic()
                if left <= 0:
                    return
                self.grown.wait(left)

    def look(self):
        """With the lock held, and no loader."""
        try:
            descriptor = os.open(self.path, OPEN_FLAGS | os.O_NOFOLLOW)
        except FileNotFoundError:
            if self.mark is not None:
                self.begin_anew()
            self.mark, self.size = None, 0
            return
        except OSError as error:
            self.problem = "events.jsonl: %s" % error.strerror
            return
        try:
            self.look_at(descriptor)
        except OSError as error:
            self.problem = "events.jsonl: %s" % error.strerror
        finally:
            os.close(descriptor)

    def look_at(self, descriptor):
        found = os.fstat(descriptor)
        mark = (found.st_ino, found.st_size, found.st_mtime_ns)
        if mark == self.mark:
            return
        if not stat.S_ISREG(found.st_mode):
            self.problem = "events.jsonl is no file"
            return
        if self.mark is not None and self.is_another(descriptor, found):
            self.begin_anew()
        self.problem = None
        self.mark, self.size = mark, found.st_size
        end = last_line_end(descriptor, self.offset, found.st_size)
        self.torn = end < found.st_size
        if end - self.offset > BIG_BYTES:
            self.loader = threading.Thread(target=self.load, args=(self.offset, end), daemon=True)
            self.loader.start()
        elif end > self.offset:
            data, too_long = read_lines(descriptor, self.offset, end)
            chunk = parse_lines(data)
            chunk.too_long += too_long
            self.add(chunk, end)
            self.remember(descriptor)

    def is_another(self, descriptor, found):
        """Whether the file was cut, replaced or rewritten since it was read."""
        if found.st_ino != self.mark[0] or found.st_size < self.offset:
            return True
        # An append changes the size.
        if found.st_size == self.mark[1]:
            return True
        return self.samples != self.take_samples(descriptor)

    def remember(self, descriptor):
        self.samples = self.take_samples(descriptor)

    def take_samples(self, descriptor):
        size = min(SAMPLE_BYTES, self.offset)
        return os.pread(descriptor, size, 0), os.pread(descriptor, size, self.offset - size)

    def add(self, chunk, offset):
        self.table.add(chunk)
        self.offset = offset
        self.grown.notify_all()

    def load(self, start, end):
        """The loader's thread: parts are parsed by the pool and added in their order."""
        ends = list(range(start + PART_BYTES, end, PART_BYTES)) + [end]
        try:
            self.load_parts([start] + ends[:-1], ends)
        except (EOFError, OSError, ValueError):
            # A worker has died (no memory for it?): what is left is read here, more slowly.
            self.load_here(end)
        with self.lock:
            self.loader = None
            try:
                descriptor = os.open(self.path, OPEN_FLAGS | os.O_NOFOLLOW)
                try:
                    self.remember(descriptor)
                finally:
                    os.close(descriptor)
            except OSError as error:
                self.problem = "events.jsonl: %s" % error.strerror
            self.grown.notify_all()

    def load_parts(self, starts, ends):
        jobs = [
            {"do": "parse", "path": self.path, "start": start, "end": end}
            for start, end in zip(starts, ends)
        ]
        for (header, body), end in zip(self.pool.run(jobs), ends):
            chunk = unpack_chunk(header, body)
            with self.lock:
                self.add(chunk, end)

    def load_here(self, end):
        from porthole_viewer.events.worker import parse_part

        while self.offset < end:
            part_end = min(end, self.offset + PART_BYTES)
            chunk = parse_part(self.path, self.offset, part_end)
            with self.lock:
                self.add(chunk, part_end)
