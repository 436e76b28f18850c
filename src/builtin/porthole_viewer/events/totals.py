"""Sums of the metrics of all runs: read in the background, newest run first, once somebody wants them."""

import threading
from collections import Counter

from porthole_viewer.errors import print_failure
from porthole_viewer.events.pool import Pool
from porthole_viewer.events.summing import (
    COUNT,
    HIGH,
    LAST,
    LOW,
    best_of,
    merge_sums,
    sum_file,
)

# What is less than this, all files together, is read here and now: a line that a training has appended.
SMALL_BYTES = 64 * 1024
BATCH_BYTES = 1024 * 1024
BATCH_FILES = 100
BATCHES_AT_ONCE = 8
NICENESS = 5


class Entry:
    """`mark`: of the file when it was read; `offset`: how far."""

    __slots__ = ("mark", "offset", "sums")

    def __init__(self):
        self.mark = None
        self.offset = 0
        self.sums = {}


class Totals:
    def __init__(self, app):
        self.app = app
        self.index = app.index
        self.pool = Pool(1, NICENESS)
        self.entries = {}
        self.version = 0
        # The index's version up to which all has been read, and what was behind as of both versions.
        self.seen = -1
        self.found_stale = (None, [])
        self.wake = threading.Event()
        self.thread = None

    def want_all(self):
        """From now on they are kept up to date with the index."""
        with self.app.lock:
            if self.thread is None:
                self.thread = threading.Thread(target=self.keep_up, daemon=True)
                self.index.hooks.append(self.wake.set)
                self.thread.start()
        self.wake.set()

    def value(self, record, metric, what):
        """A column's value for a run; None where it is not known."""
        entry = self.entries.get(record.relative)
        sums = entry.sums.get(metric) if entry is not None else None
        if sums is None or (not sums[COUNT] and what != "count"):
            return None
        if what == "best":
            return best_of(sums, metric, record.primary)
        return sums[{"last": LAST, "min": LOW, "max": HIGH, "count": COUNT}[what]]

    def pending(self):
        """How many runs have something that is not in yet."""
        return len(self.stale())

    def names(self):
        """Data of /api/columns."""
        metrics, config, summary = Counter(), Counter(), Counter()
        for record in self.index.newest_first():
            entry = self.entries.get(record.relative)
            if entry is not None:
                metrics.update(entry.sums.keys())
            config.update(record.config.keys())
            summary.update(record.summary.keys())
        complete = self.index.complete and not self.stale()
        data = {"metrics": metrics, "config": config, "summary": summary}
        columns = {name: listed(counts) for name, counts in data.items()}
        return dict(columns, complete=complete)

    def stale(self):
        state = (self.index.version, self.version)
        if self.found_stale[0] != state:
            found = [
                record
                for record in list(self.index.records.values())
                if record.row is not None
                and record.events_mark is not None
                and self.mark_of(record) != record.events_mark
            ]
            self.found_stale = (state, found)
        return self.found_stale[1]

    def mark_of(self, record):
        entry = self.entries.get(record.relative)
        return entry.mark if entry is not None else None

    def keep_up(self):
        while True:
            self.wake.wait()
            self.wake.clear()
            version = self.index.version
            if version == self.seen:
                continue
            try:
                self.read(self.stale())
                self.seen = version
            except Exception:
                # A worker died, say; the next look at the index tries again.
                print_failure()

    def read(self, records):
        newest_first = sorted(records, key=lambda one: one.row["id"], reverse=True)
        tasks = [self.task(record) for record in newest_first]
        if sum(size for _, _, _, size in tasks) <= SMALL_BYTES:
            found = [(task, sum_file(self.path(task[0]), task[2])) for task in tasks]
            self.take([(task, sums, offset) for task, (sums, offset) in found])
            return
        for group in groups_of(batches_of(tasks), BATCHES_AT_ONCE):
            jobs = [
                {"do": "totals", "files": [[self.path(one[0]), one[2]] for one in batch]}
                for batch in group
            ]
            for (answer, _), batch in zip(self.pool.run(jobs), group):
                results = answer["results"]
                self.take([(task, sums, offset) for task, (sums, offset) in zip(batch, results)])

    def task(self, record):
        """(record, mark, offset to read from, bytes to read)."""
        mark = record.events_mark
        entry = self.entries.get(record.relative)
        before = entry.mark if entry is not None else None
        # A grown file of the same identity was appended to; anything else is read anew.
        grown = before is not None and before[0] == mark[0] and before[1] < mark[1]
        offset = entry.offset if grown else 0
        return record, mark, offset, mark[1] - offset

    def path(self, record):
        return self.app.root.join(record.relative) + "/events.jsonl"

    def take(self, results):
        changed = []
        for (record, mark, start, _), sums, offset in results:
            entry = self.entries.get(record.relative)
            if entry is None or start == 0:
                entry = self.entries[record.relative] = Entry()
            merge_sums(entry.sums, sums)
            entry.mark, entry.offset = mark, offset
            if record.relative in self.index.records:
                changed.append(record)
        self.version += 1
        if changed:
            self.index.put(changed)

    def kill_workers(self):
        self.pool.kill()


def batches_of(tasks):
    batch, size = [], 0
    for task in tasks:
        if batch and (size + task[3] > BATCH_BYTES or len(batch) >= BATCH_FILES):
            yield batch
            batch, size = [], 0
        batch.append(task)
        size += task[3]
    if batch:
        yield batch


def groups_of(items, most):
    group = []
    for item in items:
        group.append(item)
        if len(group) == most:
            yield group
            group = []
    if group:
        yield group


def listed(counts):
    names = sorted(counts, key=lambda name: (-counts[name], name))[:5000]
    return {"name": names, "runs": [counts[name] for name in names]}
