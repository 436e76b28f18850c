"""All runs of a root, kept up to date by one thread while somebody wants to know."""

import threading
import time

from porthole_viewer.errors import print_failure
from porthole_viewer.storage.crew import Crew
from porthole_viewer.storage.places import Places
from porthole_viewer.storage.record import Record
from porthole_viewer.storage.walk import candidate_of, may_be_run

# While somebody listens: new runs and those that are running; all of them, as often as that is cheap.
QUICK_EVERY_S = 0.4
FULL_EVERY_S = 1
# Of one core: what going through all of them may cost.
FULL_SHARE = 0.01
# As long as a request waits for a look.
SHORT_S = 0.03
# A request keeps the index awake for so long.
AWAKE_S = 5
TELL_EVERY = 250
MAX_REMOVED = 10000


class Index:
    def __init__(self, root):
        self.root = root
        self.records = {}
        # Those that are worth a look several times a second, and all that have been read, in order.
        self.live = {}
        self.order = None
        self.version = 0
        self.removed = []
        self.removed_since = 0
        self.found = 0
        self.complete = False
        self.changed = threading.Condition()
        # Rows that have changed, and have not been told yet.
        self.untold = []
        self.crew = Crew()
        self.places = Places(root, self.crew)
        self.wake = threading.Event()
        self.awake_until = 0.0
        self.listeners = 0
        self.thread = None
        self.refreshes = 0
        self.next_full = 0.0
        self.full_took = 0.0
        self.hooks = []

    # What requests use.

    def touch(self, wait_s=0.0):
        """Has the index look again, and waits for that, at most so long."""
        with self.changed:
            self.awake_until = time.monotonic() + AWAKE_S
            goal = self.refreshes + 1
            self.start()
            self.wake.set()
            self.changed.wait_for(lambda: self.refreshes >= goal, wait_s)

    def need_all(self, wait_s):
        """Waits until every run has been read once, at most so long."""
        self.touch()
        with self.changed:
            self.changed.wait_for(lambda: self.complete, wait_s)

    def listen(self, change):
        """+1: somebody wants to be told; -1: no more."""
        with self.changed:
            self.listeners += change
            self.start()
            self.wake.set()

    def wait(self, version, timeout_s):
        """Until something is newer than a version."""
        with self.changed:
            self.changed.wait_for(lambda: self.version > version, timeout_s)

    def newest_first(self):
        """A list that is the caller's to look at only."""
        with self.changed:
            if self.order is None:
                known = [one for one in self.records.values() if one.place is not None]
                self.order = sorted(known, key=place_of, reverse=True)
            return self.order

    def get(self, relative):
        """The record of a run, looked for on disk where the index has not come that far; or None."""
        record = self.records.get(relative)
        if record is not None and record.row is not None:
            return record
        return self.look_at(relative)

    def look_at(self, relative):
        """Reads one run now: after a change of ours, or before its turn. None where it is none."""
        if not may_be_run(relative) or not self.root.holds(self.root.join(relative)):
            return None
        record = self.records.get(relative) or Record(candidate_of(relative))
        changed = record.refresh(self.root, time.time())
        if changed is None:
            self.drop(relative)
            return None
        if changed:
            self.put([record])
        return record

    def put(self, records):
        """Says that these have changed."""
        with self.changed:
            self.version += 1
            for record in records:
                record.version = self.version
                self.records[record.relative] = record
                self.note(record)
                # Most changes move nothing: thousands of runs are not put in order anew for each.
                place = order_of(record)
                if place != record.place:
                    record.place, self.order = place, None
            self.changed.notify_all()

    def note(self, record):
        """Keeps in mind which runs go on."""
        if record.is_live():
            self.live[record.relative] = record
        else:
            self.live.pop(record.relative, None)

    def drop(self, relative):
        with self.changed:
            record = self.records.pop(relative, None)
            self.live.pop(relative, None)
            if record is None or record.row is None:
                return
            self.version += 1
            record.place = self.order = None
            self.removed.append((self.version, record.key))
            if len(self.removed) > MAX_REMOVED:
                self.removed_since = self.removed.pop(0)[0]
            self.changed.notify_all()

    # The thread.

    def start(self):
        if self.thread is None:
            self.thread = threading.Thread(target=self.keep_up, daemon=True)
            self.thread.start()

    def keep_up(self):
        while True:
            self.wake.clear()
            try:
                self.refresh()
            except Exception:
                # The next time may be better; the log says why.
                print_failure()
            with self.changed:
                self.refreshes += 1
                self.changed.notify_all()
            if self.listeners or time.monotonic() < self.awake_until:
                self.wake.wait(QUICK_EVERY_S)
            else:
                self.wake.wait()
                self.put_off_full()

    def put_off_full(self):
        """Whoever wakes the index wants rows now: what takes long comes after them."""
        if self.full_took > SHORT_S:
            self.next_full = max(self.next_full, time.monotonic() + FULL_EVERY_S)

    def refresh(self):
        if self.places.have_changed():
            self.look_for_runs()
        begun = time.monotonic()
        if not self.complete or begun >= self.next_full:
            self.read(in_order(self.records))
            with self.changed:
                self.complete = True
                self.changed.notify_all()
            self.full_took = time.monotonic() - begun
            self.next_full = time.monotonic() + max(FULL_EVERY_S, self.full_took / FULL_SHARE)
        else:
            self.read(in_order(self.live))
        for hook in self.hooks:
            hook()

    def look_for_runs(self):
        walk = self.places.look(lambda candidates: self.read(self.take(candidates)))
        found = {candidate.relative for candidate in walk.candidates}
        # Those below a directory that hangs are kept.
        for relative in set(self.records) - found if not walk.left else ():
            self.drop(relative)
        fresh = self.take(walk.candidates)
        # What is new is read at once, newest first.
        if self.complete:
            self.read(fresh)

    def take(self, candidates):
        """Records of the runs that a walk has found, as far as they are new."""
        candidates = list(candidates)
        with self.changed:
            fresh = [Record(one) for one in candidates if one.relative not in self.records]
            for record in fresh:
                self.records[record.relative] = record
                self.note(record)
            self.found = max(len(candidates), len(self.records))
        return fresh

    def read(self, records):
        now = time.time()

        def look(record):
            outcome = record.refresh(self.root, now)
            if outcome is None:
                self.drop(record.relative)
            elif outcome:
                with self.changed:
                    self.untold.append(record)
                if len(self.untold) >= TELL_EVERY:
                    self.tell()

        self.crew.go(look, records, self.tell)
        self.tell()

    def tell(self):
        with self.changed:
            records, self.untold = self.untold, []
            if records:
                self.put(records)


def in_order(records):
    """Newest first, by their names: these are no rows yet."""
    return sorted(list(records.values()), key=id_of, reverse=True)


def id_of(record):
    return record.relative.rsplit("/", 1)[-1]


def place_of(record):
    return record.place


def order_of(record):
    """Newest first: by what the run says, else by its name, which begins with the date."""
    return (record.row["createdAt"] or 0.0, record.row["id"])
