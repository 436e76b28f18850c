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
from porthole_viewer.storage.crew import Crew

# What is less than this, all files together, is read here and now: a line that a training has appended.
SMALL_BYTES = 64 * 1024
BATCH_BYTES = 1024 * 1024
BATCH_FILES = 100
BATCHES_AT_ONCE = 8
NICENESS = 5
# One worker reads; as many hang, at most, in files that do not answer.
MOST_HANGING = 8


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
        self.pools = []
        self.crew = Crew(1, MOST_HANGING + 1)
        self.lock = threading.Lock()
        # Runs whose file does not answer.
        self.hanging = frozenset()
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
        """How many runs have something that is not in yet, but will be."""
        return len(self.readable())

    def readable(self):
        return [one for one in self.stale() if one.relative not in self.hanging]

    def problems(self):
        """What is not shown, and why."""
        return ["%s/events.jsonl does not answer" % one for one in self.hanging]

    def names(self):
        """Data of /api/columns."""
        metrics, config, summary = Counter(), Counter(), Counter()
        for record in self.index.newest_first():
            entry = self.entries.get(record.relative)
            if entry is not None:
                metrics.update(entry.sums.keys())
            config.update(record.config.keys())
            summary.update(record.summary.keys())
        complete = self.index.complete and not self.pending()
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
                self.read()
                if not self.pending():
                    self.seen = version
            except Exception:
                # A worker died, say; the next look at the index tries again.
                print_failure()

    def read(self):
        self.note_hanging()
        newest_first = sorted(self.readable(), key=lambda one: one.row["id"], reverse=True)
        tasks = [self.task(record) for record in newest_first]
        if sum(size for _, _, _, size in tasks) <= SMALL_BYTES:
            work, groups = self.sum_here, [(task,) for task in tasks]
        else:
            work, groups = self.sum_apart, list(groups_of(tasks, BATCHES_AT_ONCE))
        while groups:
            left = self.crew.go(work, groups)
            stuck = left & self.crew.stuck
            self.note_hanging()
            # The others go on, and what else is in a group that hangs is read one by one.
            groups = [one for one in groups if one in left - stuck] if stuck else []
            held_up = [task for group in stuck if len(group) > 1 for task in group]
            groups += [(task,) for task in held_up if self.mark_of(task[0]) != task[1]]

    def note_hanging(self):
        alone = (group[0][0] for group in list(self.crew.stuck) if len(group) == 1)
        hanging = frozenset(record.relative for record in alone)
        if hanging != self.hanging:
            self.hanging = hanging
            # Whoever follows the list is told.
            self.index.put([])

    def sum_here(self, group):
        self.take(group, [sum_file(self.path(task[0]), task[2]) for task in group])

    def sum_apart(self, group):
        batches = list(groups_of(group, 1))
        jobs = [{"do": "totals", "files": [[self.path(task[0]), task[2]] for task in batch]} for batch in batches]
        for (answer, _), batch in zip(self.free_pool().run(jobs), batches):
            self.take(batch, answer["results"])

    def free_pool(self):
        """One whose worker does not hang."""
        for pool in self.pools:
            if not pool.turn.locked():
                return pool
        self.pools.append(Pool(1, NICENESS, self.crew.beat))
        return self.pools[-1]

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

    def take(self, batch, results):
        changed = []
        with self.lock:
            for (record, mark, start, _), (sums, offset) in zip(batch, results):
                entry = self.entries.get(record.relative)
                if entry is None or start == 0:
                    entry = self.entries[record.relative] = Entry()
                if entry.offset != start:
                    # Read by another meanwhile.
                    continue
                merge_sums(entry.sums, sums)
                entry.mark, entry.offset = mark, offset
                if record.relative in self.index.records:
                    changed.append(record)
            self.version += 1
        if changed:
            self.index.put(changed)

    def kill_workers(self):
        for pool in list(self.pools):
            pool.kill()


def groups_of(tasks, batches):
    """Tuples of tasks, each of no more than so many batches hold."""
    group, size = [], 0
    for task in tasks:
        if group and (size + task[3] > batches * BATCH_BYTES or len(group) >= batches * BATCH_FILES):
            yield tuple(group)
            group, size = [], 0
        group.append(task)
        size += task[3]
    if group:
        yield tuple(group)


def listed(counts):
    names = sorted(counts, key=lambda name: (-counts[name], name))[:5000]
    return {"name": names, "runs": [counts[name] for name in names]}
