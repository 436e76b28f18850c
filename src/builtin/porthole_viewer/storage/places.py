"""Where the runs of a root are, as of the last walk, and whether that has changed since."""

import os
import time

from porthole_viewer.storage.walk import Walk

# mtime has a granularity: a directory that changed just before it was read may have changed after it, too.
RACY_NS = 2 * 10 ** 9
# A walk that takes longer than this is of a slow disk.
SLOW_WALK_S = 0.5


class Places:
    """`walk`: the last one, or None."""

    def __init__(self, root, crew):
        self.root = root
        self.crew = crew
        self.walk = None
        self.walked_at = 0

    def look(self, take):
        """Walks anew; on a slow disk `take` gets what has been found while that is still going on."""
        self.walked_at = time.time_ns()
        begun = time.monotonic()
        walk = Walk(self.root, self.crew)

        def pause():
            if time.monotonic() - begun > SLOW_WALK_S:
                take(walk.candidates)

        self.walk = walk.run(pause)
        return walk

    def have_changed(self):
        if self.walk is None:
            return True
        changed = []

        def look(relative):
            if not changed and self.has_changed(relative):
                changed.append(relative)

        self.crew.go(look, list(self.walk.parents))
        # What hung at the last walk may be back.
        return bool(changed or not self.walk.parents or self.walk.left - self.crew.stuck)

    def has_changed(self, relative):
        now = time.time_ns()
        try:
            found = os.stat(self.root.join(relative) if relative else self.root.path).st_mtime_ns
        except OSError:
            return True
        racy = now - found < RACY_NS and self.walked_at - found < RACY_NS
        return found != self.walk.parents[relative] or racy

    def problems(self):
        """What is not shown, and why."""
        hanging = ["%s does not answer" % place_of(one) for one in list(self.crew.stuck)]
        return hanging + (self.walk.problems if self.walk else [])


def place_of(thing):
    """Of what a crew hangs in: a step of a walk, a directory, or a record."""
    place = thing[1] if isinstance(thing, tuple) else getattr(thing, "relative", thing)
    return place or "the storage"
