"""What requests share; most of it comes into being when it is asked for first."""

import threading
import time

from porthole_viewer.errors import run_not_found
from porthole_viewer.routes import routes_of
from porthole_viewer.storage.index import Index
from porthole_viewer.storage.keys import relative_of
from porthole_viewer.storage.root import Root


class App:
    def __init__(self, settings):
        self.settings = settings
        self.routes = routes_of(settings)
        self.started_at = time.time()
        self.root = Root(settings.storage)
        self.index = Index(self.root)
        self.lock = threading.RLock()
        self.parts = {}

    @staticmethod
    def clock():
        """Seconds that only go forward."""
        return time.monotonic()

    def part(self, name, make):
        """A thing of which there is one, made at first use."""
        with self.lock:
            if name not in self.parts:
                self.parts[name] = make()
            return self.parts[name]

    def record(self, key):
        """The run of a key. Raises ApiError where there is none."""
        record = self.index.get(relative_of(key))
        if record is None:
            raise run_not_found(key)
        return record

    def keys_by_id(self):
        """Keys of all runs by their id; the newest one's where an id is there twice."""
        self.index.need_all(2)
        return {one.row["id"]: one.key for one in reversed(self.index.newest_first())}

    def events(self):
        """Event files in memory."""
        from porthole_viewer.events.cache import EventCache

        return self.part("events", lambda: EventCache(self))

    def totals(self):
        """Metrics of all runs, for the columns of the list."""
        from porthole_viewer.events.totals import Totals

        return self.part("totals", lambda: Totals(self))

    def system(self):
        """What the machine does."""
        from porthole_viewer.system.watch import SystemWatch

        return self.part("system", lambda: SystemWatch(self))

    def disk_use(self):
        """What the runs take on the disk."""
        from porthole_viewer.storage.disk_use import DiskUse

        return self.part("disk", lambda: DiskUse(self))

    def kill_workers(self):
        """No process of ours outlives this one."""
        for part in list(self.parts.values()):
            kill = getattr(part, "kill_workers", None)
            if kill is not None:
                kill()
