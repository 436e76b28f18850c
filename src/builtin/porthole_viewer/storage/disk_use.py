"""How much each run takes: counted in the background once somebody asks, again where a run has changed."""

import os
import threading
import time

from porthole_viewer.errors import print_failure
from porthole_viewer.storage.crew import Crew
from porthole_viewer.system.machine import disk

# The archive of all runs changes slowly, and holds many files.
STORES_EVERY_S = 120


class DiskUse:
    def __init__(self, app):
        self.app = app
        self.index = app.index
        self.counted = {}
        self.stores = {"archive": 0, "artifacts": 0}
        self.stores_at = None
        self.crew = Crew()
        self.wake = threading.Event()
        self.thread = None

    def want(self):
        """From now on sizes are kept up to date with the index."""
        with self.app.lock:
            if self.thread is None:
                self.thread = threading.Thread(target=self.keep_up, daemon=True)
                self.index.hooks.append(self.wake.set)
                self.thread.start()
        self.wake.set()

    def data(self):
        """Data of /api/disk."""
        sizes, runs, total, missing = {}, {}, 0, 0
        for record in self.index.newest_first():
            if record.size is None:
                missing += 1
                continue
            total += record.size
            for path in with_parents(record.row["path"]):
                sizes[path] = sizes.get(path, 0) + record.size
                runs[path] = runs.get(path, 0) + 1
        names = sorted(sizes)
        space = disk(self.app.root.path)
        return {
            "complete": not missing and self.index.complete and self.stores_at is not None,
            "path": names,
            "size": [sizes[name] for name in names],
            "runs": [runs[name] for name in names],
            "other": dict(self.stores),
            "total": total + sum(self.stores.values()),
            "free": space["free"] if space else None,
        }

    def keep_up(self):
        while True:
            self.wake.wait()
            self.wake.clear()
            try:
                self.count()
            except Exception:
                # The next look at the index tries again.
                print_failure()

    def count(self):
        changed = []

        def count(record):
            mark = (record.events_mark, record.row["updatedAt"])
            if self.counted.get(record.relative) == mark:
                return
            size = size_below(self.app.root.join(record.relative))
            self.counted[record.relative] = mark
            if size != record.size:
                record.size = size
                record.row = dict(record.row, size=size)
                changed.append(record)

        def tell():
            told = changed[:]
            del changed[: len(told)]
            if told:
                self.index.put(told)

        self.crew.go(count, self.index.newest_first(), tell)
        tell()
        if self.stores_at is None or time.monotonic() - self.stores_at > STORES_EVERY_S:
            if not self.crew.go(self.count_store, self.stores):
                self.stores_at = time.monotonic()

    def count_store(self, name):
        self.stores[name] = size_below(self.app.root.join(name))


def with_parents(path):
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]


def size_below(place):
    """Bytes of all files below a directory; of a file with several names each time, links not followed."""
    total, waiting = 0, [place]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_size
        except OSError:
            # What cannot be read is not counted.
            continue
    return total
