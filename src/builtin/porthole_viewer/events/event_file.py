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
# A look that takes longer is of a disk that hangs; one that takes less is not worth a thread.
HANGS_S = 3
QUICK_S = 0.02
GENERATIONS = itertools.count(time.time_ns() // 1000)


class EventFile:
    """`table` and `views` are looked at with `lock` held; `grown` tells of each part that was added."""

    def __init__(self, path, pool):
        self.path = path
        self.pool = pool
        self.lock = threading.RLock()
        self.grown = threading.Condition(self.lock)
        # A look is under way; a thread that reads a big part.
        self.looker = self.loader = None
        self.is_quick = self.hangs = False
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
            # A look that is under way may have missed what is new by now.
            is_due = self.has_ended(self.looker) and self.loader is None
            is_mine = is_due and self.looker is None
            if is_mine:
                self.looker = object()
        if is_mine:
            (self.look if self.is_quick else self.look_apart)()
        with self.lock:
            if is_due:
                self.has_ended(self.looker)
        self.wait(wait_s)

    def wait(self, wait_s):
        """Until a part that is read in the background is in, at most so long."""
        with self.lock:
            self.grown.wait_for(self.is_complete, wait_s)

    def has_ended(self, looker):
        """Waits for a look, but not for one that hangs; that goes on by itself when its disk is back."""
        if looker is not None and not self.hangs:
            self.hangs = not self.grown.wait_for(lambda: self.looker is not looker, HANGS_S)
            if self.hangs:
                self.problem = "events.jsonl does not answer"
        return not self.hangs

    def look_apart(self):
        try:
            threading.Thread(target=self.look, daemon=True).start()
        except RuntimeError:
            # This account may have no more threads.
            self.look()

    def look(self):
        """Without the lock, and in a thread of its own unless the last one was quick: the disk may hang."""
        begun = time.monotonic()
        try:
            descriptor = os.open(self.path, OPEN_FLAGS | os.O_NOFOLLOW)
            try:
                self.look_at(descriptor)
            finally:
                os.close(descriptor)
        except FileNotFoundError:
            with self.lock:
                if self.mark is not None:
                    self.begin_anew()
                self.mark, self.size, self.problem = None, 0, None
        except OSError as error:
            self.problem = "events.jsonl: %s" % error.strerror
        finally:
            with self.lock:
                self.looker, self.hangs = None, False
                self.is_quick = time.monotonic() - begun < QUICK_S
                self.grown.notify_all()

    def look_at(self, descriptor):
        found = os.fstat(descriptor)
        mark = (found.st_ino, found.st_size, found.st_mtime_ns)
        if mark == self.mark:
            self.problem = None
            return
        if not stat.S_ISREG(found.st_mode):
            self.problem = "events.jsonl is no file"
            return
        is_another = self.mark is not None and self.is_another(descriptor, found)
        start = 0 if is_another else self.offset
        end = last_line_end(descriptor, start, found.st_size)
        chunk = samples = None
        if start < end <= start + BIG_BYTES:
            data, too_long = read_lines(descriptor, start, end)
            chunk = parse_lines(data)
            chunk.too_long += too_long
            samples = samples_of(descriptor, end)
        # All at once, for those who look at it meanwhile.
        with self.lock:
            if is_another:
                self.begin_anew()
            self.problem = None
            self.mark, self.size = mark, found.st_size
            self.torn = end < found.st_size
            if chunk is not None:
                self.add(chunk, end)
                self.samples = samples
            elif end > start:
                self.loader = threading.Thread(target=self.load, args=(start, end), daemon=True)
                self.loader.start()

    def is_another(self, descriptor, found):
        """Whether the file was cut, replaced or rewritten since it was read."""
        if found.st_ino != self.mark[0] or found.st_size < self.offset:
            return True
        # An append changes the size.
        if found.st_size == self.mark[1]:
            return True
        return self.samples != samples_of(descriptor, self.offset)

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
        samples = (b"", b"")
        try:
            descriptor = os.open(self.path, OPEN_FLAGS | os.O_NOFOLLOW)
            try:
                samples = samples_of(descriptor, self.offset)
            finally:
                os.close(descriptor)
        except OSError as error:
            self.problem = "events.jsonl: %s" % error.strerror
        with self.lock:
            self.samples = samples
            self.loader = None
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


def samples_of(descriptor, offset):
    size = min(SAMPLE_BYTES, offset)
    return os.pread(descriptor, size, 0), os.pread(descriptor, size, offset - size)
