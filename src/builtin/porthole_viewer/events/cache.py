"""Event files that are kept in memory, the least used given up first."""

import os
import threading
import time

from porthole_viewer.events.event_file import EventFile
from porthole_viewer.events.pool import Pool

# What the machine has free decides; GPU servers have plenty, a laptop has not.
SHARE_OF_FREE = 0.25
LEAST_BYTES = 256 * 1024 * 1024
MOST_BYTES = 2 * 1024 * 1024 * 1024
# A page that compares runs asks for all of them in turn.
IN_USE_S = 20


class EventCache:
    def __init__(self, app):
        self.app = app
        self.pool = Pool(app.settings.workers)
        self.lock = threading.Lock()
        self.files = {}
        self.limit = memory_limit()

    def file(self, record):
        """The event file of a run; `update` reads it."""
        with self.lock:
            file = self.files.get(record.relative)
            if file is None:
                path = os.path.join(self.app.root.join(record.relative), "events.jsonl")
                file = self.files[record.relative] = EventFile(path, self.pool)
                self.give_up()
            file.used_at = time.monotonic()
            return file

    def give_up(self):
        """Frees memory above the limit, but none of what is in use."""
        now = time.monotonic()
        total = 0
        for relative, file in sorted(self.files.items(), key=lambda one: -one[1].used_at):
            total += file.table.bytes() + file.views.bytes()
            if total > self.limit and now - file.used_at > IN_USE_S and file.is_complete():
                del self.files[relative]

    def kill_workers(self):
        self.pool.kill()


def memory_limit():
    try:
        with open("/proc/meminfo", "rb") as file:
            for line in file:
                if line.startswith(b"MemAvailable:"):
                    free = int(line.split()[1]) * 1024
                    return int(max(LEAST_BYTES, min(MOST_BYTES, free * SHARE_OF_FREE)))
    except OSError:
        # No /proc.
        pass
    return LEAST_BYTES
