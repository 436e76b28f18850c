"""Environments and storage in the user's projects: the home, level by level, within a budget."""

import collections
import errno
import os
import stat
import threading
import time

from porthole_agent.probe.environments import IN_PROJECT
from porthole_agent.probe.files import reason_of
from porthole_agent.probe.places import Place

# home / work / group / project
MAX_DEPTH = 4
# ~/projects is often a link to a larger disk; deeper ones mostly lead to data.
MAX_LINK_DEPTH = 2
MAX_DIRECTORIES = 10000
MAX_SECONDS = 1.0

# A directory with more entries than this is data, not code.
WIDE = 300
MAX_ENTRIES = 20000

# Never holds a project, may hold very much.
SKIPPED = frozenset(
    "node_modules __pycache__ site-packages pkgs wandb mlruns snap go".split(),
)
HIDDEN_ENVIRONMENTS = (".venv", ".env", ".virtualenv", ".conda")
VISIBLE_ENVIRONMENTS = ("venv", "env")


class Projects:
    """A breadth-first walk. Several units may work on it: one that hangs is replaced by another."""

    def __init__(self, workers, environments, storage):
        self.workers = workers
        self.environments = environments
        self.storage = storage
        self.queue = collections.deque()
        # Directories below wide ones and behind links; read when all others are done.
        self.later = collections.deque()
        # (device, inode) of what links led to.
        self.seen = set()
        self.left = MAX_DIRECTORIES
        self.home = ""
        self.deadline = 0.0
        self.lock = threading.Lock()

    def start(self, home):
        """Walks the home; not that of accounts without one, which is the root of everything."""
        if home == "/":
            return
        self.home = home
        self.deadline = time.monotonic() + MAX_SECONDS
        self.queue.append((home, 0))
        self.workers.add(home, self._walk, then=self._walk)

    def look_into(self, directory):
        """Looks at one project only, by the usual names: where some process works."""
        for name in HIDDEN_ENVIRONMENTS + VISIBLE_ENVIRONMENTS:
            self.environments.add(os.path.join(directory, name), None, IN_PROJECT)
        self.environments.add_place(Place(directory, ".pixi/envs/*", "pixi"), IN_PROJECT)

    def _walk(self, unit):
        while True:
            with self.lock:
                waiting = self.queue or self.later
                if not waiting:
                    return
                directory, depth = waiting.popleft()
                self.left -= 1
                stop = self._over_budget()
                if stop:
                    self.queue.clear()
                    self.later.clear()
            if stop:
                self.workers.note(directory, "search of the home stopped after " + stop)
                return
            unit.enter(directory)
            try:
                if depth == 0 or self._is_new(directory):
                    self._read(directory, depth)
            except OSError as error:
                self.workers.note(directory, reason_of(error))

    def _over_budget(self):
        if self.left < 0:
            return "%d directories" % MAX_DIRECTORIES
        return "%g s" % MAX_SECONDS if time.monotonic() > self.deadline else None

    def _read(self, directory, depth):
        below, links = [], []
        with os.scandir(directory) as entries:
            for number, entry in enumerate(entries):
                if entry.name in ("pyvenv.cfg", "conda-meta"):
                    # Nothing below an environment is a project.
                    self.environments.add(directory, None, IN_PROJECT)
                    return
                if number >= MAX_ENTRIES:
                    self.workers.note(directory, "only %d entries read" % MAX_ENTRIES)
                    break
                if self._is_walked(entry, depth):
                    below.append((entry.path, depth + 1))
                elif self._is_followed(entry, depth):
                    links.append((entry.path, depth + 1))
                else:
                    self._take(entry)
        (self.later if len(below) > WIDE else self.queue).extend(below)
        # What they lead to may hang: they are looked at one by one, by the walk.
        self.later.extend(links)

    def _is_walked(self, entry, depth):
        name = entry.name
        walked = depth < MAX_DEPTH and name[0] != "." and name not in SKIPPED
        return walked and entry.is_dir(follow_symlinks=False)

    def _is_followed(self, entry, depth):
        name = entry.name
        followed = depth < MAX_LINK_DEPTH and name[0] != "." and name not in SKIPPED
        return followed and name not in VISIBLE_ENVIRONMENTS and entry.is_symlink()

    def _is_new(self, directory):
        """False for a link that leads to a file, to nothing, around the home or where one has led before."""
        if not os.path.islink(directory):
            return True
        try:
            found = os.stat(directory)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
                return False
            raise
        key = found.st_dev, found.st_ino
        real = os.path.realpath(directory)
        around = (self.home + "/").startswith(real.rstrip("/") + "/")
        is_new = stat.S_ISDIR(found.st_mode) and key not in self.seen and not around
        self.seen.add(key)
        return is_new

    def _take(self, entry):
        if entry.name in HIDDEN_ENVIRONMENTS or entry.name in VISIBLE_ENVIRONMENTS:
            self.environments.add(entry.path, None, IN_PROJECT)
        elif entry.name == ".pixi":
            self.environments.add_place(Place(entry.path, "envs/*", "pixi"), IN_PROJECT)
        elif entry.name == ".runicorn":
            self.storage.add(entry.path, "default")
