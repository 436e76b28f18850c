"""Threads that read directories, and give up on those that do not answer.

A dead network mount holds the reading thread in the kernel, where nothing can interrupt it. So the
probe waits for a unit of work only so long; the thread is left behind and another takes its place.
"""

import collections
import threading
import time

from porthole_agent.probe.files import reason_of

# Enough to overlap the waits for a network disk, few enough not to fight over the interpreter.
THREADS = 4


class Unit:
    """One piece of work; `path` is what it reads just now."""

    def __init__(self, path, task, limit_s, then):
        self.path = path
        self.task = task
        self.limit_s = limit_s
        self.then = then
        self.started = 0.0

    def enter(self, path):
        """Goes on to another directory, which has the whole time limit for itself."""
        self.path = path
        self.started = time.monotonic()


class Workers:
    """A queue of units; units may add others."""

    def __init__(self, limit_s, total_s):
        self.limit_s = limit_s
        self.total_s = total_s
        self.deadline = time.monotonic() + total_s
        self.lock = threading.Lock()
        # For the threads: there is work. For `finish`: it may be all done, or a unit hangs.
        self.work = threading.Condition(self.lock)
        self.settled = threading.Condition(self.lock)
        self.waiting = collections.deque()
        self.running = set()
        self.partial = []
        self.idle = 0
        self.threads = 0
        self.closed = False

    def add(self, path, task, limit_s=None, then=None):
        """Runs `task(unit)` soon; `path` is what is reported when it fails or does not end.

        `then` takes over what is left to do when the task hangs.
        """
        with self.lock:
            self.waiting.append(Unit(path, task, limit_s or self.limit_s, then))
            if self.idle > 0:
                self.work.notify()
            elif self.threads < THREADS:
                self._start_thread()

    def note(self, path, reason):
        """Reports a directory that was not read to its end."""
        with self.lock:
            self.partial.append({"path": path, "reason": reason})

    def finish(self):
        """Waits until all is done, abandoned or the total time is over; returns what is missing."""
        with self.lock:
            while self.waiting or self.running:
                now = time.monotonic()
                if now >= self.deadline:
                    break
                for unit in [one for one in self.running if now - one.started >= one.limit_s]:
                    self._abandon(unit)
                # A unit that starts while we wait cannot be over before now + limit.
                ends = [unit.started + unit.limit_s for unit in self.running]
                wake = min(ends + [now + self.limit_s, self.deadline])
                self.settled.wait(max(0.001, wake - now))
            self.closed = True
            for unit in list(self.running) + list(self.waiting):
                reason = "not read within %g s for all" % self.total_s
                self.partial.append({"path": unit.path, "reason": reason})
            self.waiting.clear()
            self.work.notify_all()
            return list(self.partial)

    def _abandon(self, unit):
        self.running.discard(unit)
        reason = "no answer within %g s" % unit.limit_s
        self.partial.append({"path": unit.path, "reason": reason})
        if unit.then:
            self.waiting.append(Unit(unit.path, unit.then, unit.limit_s, unit.then))
        self.threads -= 1
        self._start_thread()

    def _start_thread(self):
        self.threads += 1
        threading.Thread(target=self._work, daemon=True).start()

    def _work(self):
        while True:
            with self.lock:
                while not self.waiting and not self.closed:
                    self.idle += 1
                    self.work.wait()
                    self.idle -= 1
                if self.closed:
                    return
                unit = self.waiting.popleft()
                unit.started = time.monotonic()
                self.running.add(unit)
            reason = attempt(unit)
            with self.lock:
                if unit not in self.running:
                    # Given up meanwhile; another thread has its place.
                    return
                self.running.discard(unit)
                if reason:
                    self.partial.append({"path": unit.path, "reason": reason})
                if not self.waiting and not self.running:
                    self.settled.notify()


def attempt(unit):
    """Runs a unit; the reason when it failed. One damaged directory must not end the probe."""
    try:
        unit.task(unit)
        return None
    except OSError as error:
        return reason_of(error)
    except Exception as error:
        return "%s: %s" % (type(error).__name__, error)
