"""Threads that go through things on a disk together: one while it is fast, more where it is slow."""

import threading
import time
from collections import deque

from porthole_viewer.errors import print_failure

MOST = 8
# With those that hang: a disk that is gone takes no more of them.
MOST_WITH_STUCK = 24
LOOK_EVERY_S = 0.05
# Less than this between two looks, and the disk is what takes the time.
FEW = 25
GIVE_UP_S = 6


class Crew:
    """`stuck`: what threads hang in. It is left behind, and not begun again before its thread is back."""

    def __init__(self, most=MOST, most_with_stuck=MOST_WITH_STUCK):
        self.most = most
        self.most_with_stuck = most_with_stuck
        self.state = threading.Condition()
        self.stuck = set()
        self.beats = 0

    def go(self, work, things, pause=None):
        """Calls `work` with each thing, then with those that it gives; `pause` is called now and then.

        Ends when all is done, or nothing has moved for a while. Gives what is not done.
        """
        with self.state:
            job = Job(self, work, [one for one in things if one not in self.stuck])
            seen, moved = self.beats, time.monotonic()
            while job.waiting or job.busy:
                done, now = job.done + self.beats, time.monotonic()
                few = done - seen < FEW
                if done != seen:
                    seen, moved = done, now
                elif now - moved > GIVE_UP_S:
                    break
                if few and job.waiting and self.has_room(job):
                    job.members += 1
                    threading.Thread(target=job.run, daemon=True).start()
                self.state.wait(LOOK_EVERY_S)
                if pause is not None:
                    self.state.release()
                    try:
                        pause()
                    finally:
                        self.state.acquire()
            self.stuck |= job.busy
            left = job.busy.union(job.waiting)
            job.waiting.clear()
            return left

    def beat(self):
        """Says that something moves on which is not done yet."""
        self.beats += 1

    def has_room(self, job):
        return job.members < self.most and job.members + len(self.stuck) < self.most_with_stuck


class Job:
    def __init__(self, crew, work, things):
        self.crew = crew
        self.work = work
        self.waiting = deque(things)
        self.busy = set()
        self.done = 0
        self.members = 0

    def run(self):
        state = self.crew.state
        with state:
            while self.waiting:
                thing = self.waiting.popleft()
                self.busy.add(thing)
                state.release()
                more = ()
                try:
                    more = self.work(thing) or ()
                except Exception:
                    # The others are done all the same; the log says why.
                    print_failure()
                finally:
                    state.acquire()
                self.busy.discard(thing)
                self.crew.stuck.discard(thing)
                self.done += 1
                self.waiting.extend(more)
            self.members -= 1
            state.notify_all()
