"""Where the runs of a storage root are: the three layouts of Runicorn, mixed as they come."""

import os
import re
from collections import namedtuple

# Made by Runicorn itself: such a directory is taken for a run without looking into it.
RUN_ID = re.compile(r"\d{8}_\d{6}_[0-9a-f]{6}")
RECYCLE = ".recycle"
NO_PROJECTS = frozenset(("runs", "webui", "archive", "index", "artifacts", "evaluations"))
MAX_DEPTH = 40
MAX_DIRECTORIES = 500000

# `relative`: the run's directory below the root. `path`: what people call the place.
Candidate = namedtuple("Candidate", ("relative", "id", "path", "recycled"))


class Walk:
    """One walk over a root: `candidates`, `parents` (path -> mtime_ns) and `problems` when it is done.

    It goes step by step, one directory each, and a step gives the next ones: a directory that hangs
    holds up none beside it. `left`: steps that were not done.
    """

    def __init__(self, root, crew):
        self.root = root
        self.crew = crew
        self.candidates = []
        self.parents = {}
        self.problems = []

    def run(self, pause=None):
        self.left = self.crew.go(self.step, [("top", "")], pause)
        return self

    def step(self, step):
        return getattr(self, step[0])(*step[1:])

    def top(self, relative):
        steps = []
        for entry in self.entries_of(relative):
            if entry.name == "runs":
                if self.is_real(entry, "runs", steps):
                    steps.append(("below", "runs", "", 0))
            elif entry.name not in NO_PROJECTS and entry.name[0] != ".":
                if self.is_real(entry, entry.name, steps):
                    steps.append(("project", entry.name))
        return steps

    def project(self, relative):
        """0.5: <project>/<name>/runs/<run>."""
        steps = []
        for entry in self.entries_of(relative):
            place = relative + "/" + entry.name
            if entry.name[0] != "." and self.is_real(entry, place, steps):
                steps.append(("runs_in", place + "/runs", place))
        return steps

    def runs_in(self, relative, path):
        steps = []
        place = self.root.join(relative)
        if os.path.isdir(place) and self.root.holds(place):
            for entry in self.entries_of(relative):
                if self.is_real(entry, relative + "/" + entry.name, steps):
                    self.add(relative + "/" + entry.name, path)
        return steps

    def below(self, relative, path, depth):
        """0.6: runs/<path...>/<run>; a directory with meta.json or status.json is a run."""
        if depth and self.is_run(relative):
            self.add(relative, path.rpartition("/")[0])
            return ()
        if depth > MAX_DEPTH or len(self.parents) > MAX_DIRECTORIES:
            self.problems.append("%s is too deep, or there are too many directories" % relative)
            return ()
        steps = []
        for entry in self.entries_of(relative):
            place = relative + "/" + entry.name
            if path and entry.name == RECYCLE or not self.is_real(entry, place, steps):
                continue
            if RUN_ID.fullmatch(entry.name):
                self.add(place, path)
            else:
                deeper = path + "/" + entry.name if path else entry.name
                steps.append(("below", place, deeper, depth + 1))
        return steps

    def is_run(self, relative):
        place = self.root.join(relative)
        return any(os.path.lexists(place + name) for name in ("/meta.json", "/status.json"))

    def is_real(self, entry, relative, steps):
        """Real directories only: links may loop, or lead outside; what to say of one is a step of its own."""
        if entry.is_symlink():
            steps.append(("link", relative))
            return False
        return entry.is_dir()

    def link(self, relative):
        place = self.root.join(relative)
        if os.path.isdir(place):
            what = ": the runs are shown where it leads" if self.root.holds(place) else " that leads outside the storage"
            self.problems.append("%s is a link%s" % (relative, what))

    def entries_of(self, relative):
        """Entries of a directory by name; an empty list, and a problem, where it cannot be read."""
        place = os.path.join(self.root.path, relative) if relative else self.root.path
        try:
            # Looked at before its names: a change in between is seen the next time.
            self.parents[relative] = os.stat(place).st_mtime_ns
            with os.scandir(place) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self.problems.append("%s: %s" % (relative or self.root.path, error.strerror))
            return []

    def add(self, relative, path):
        recycled = path == RECYCLE
        self.candidates.append(Candidate(relative, relative.rpartition("/")[2], path, recycled))


def may_be_run(relative):
    """Whether the layouts have runs at such a place."""
    parts = relative.split("/")
    return len(parts) > 1 and parts[0] == "runs" or len(parts) == 4 and parts[2] == "runs"


def candidate_of(relative):
    parts = relative.split("/")
    if parts[0] == "runs":
        recycled = len(parts) > 2 and parts[1] == ".recycle"
        return Candidate(relative, parts[-1], "/".join(parts[1:-1]), recycled)
    return Candidate(relative, parts[-1], "/".join(parts[:2]), False)
