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
    """One walk over a root: `candidates`, `parents` (path -> mtime_ns) and `problems` when it is done."""

    def __init__(self, root):
        self.root = root
        self.candidates = []
        self.parents = {}
        self.problems = []

    def run(self):
        entries = self.entries_of("")
        for entry in entries:
            if entry.name == "runs":
                self.enter(entry, "runs", "", 0)
            elif entry.name not in NO_PROJECTS and entry.name[0] != ".":
                self.project(entry)
        return self

    def project(self, entry):
        """0.5: <project>/<name>/runs/<run>."""
        if not self.may_enter(entry, entry.name):
            return
        for name in self.entries_of(entry.name):
            relative = entry.name + "/" + name.name
            if name.name[0] == "." or not self.may_enter(name, relative):
                continue
            runs = os.path.join(self.root.path, relative, "runs")
            if os.path.isdir(runs) and self.root.holds(runs):
                self.runs_in(relative + "/runs", relative)

    def runs_in(self, relative, path):
        for entry in self.entries_of(relative):
            if self.may_enter(entry, relative + "/" + entry.name):
                self.add(relative + "/" + entry.name, entry.name, path, False)

    def enter(self, entry, relative, path, depth):
        """0.6: runs/<path...>/<run>; a directory with meta.json or status.json is a run."""
        if not self.may_enter(entry, relative):
            return
        if depth > MAX_DEPTH or len(self.parents) > MAX_DIRECTORIES:
            self.problems.append("%s is too deep, or there are too many directories" % relative)
            return
        recycled = path == RECYCLE
        for child in self.entries_of(relative):
            below = relative + "/" + child.name
            if RUN_ID.fullmatch(child.name):
                if self.may_enter(child, below):
                    self.add(below, child.name, path, recycled)
            elif not is_directory(child):
                continue
            elif self.is_run(below):
                if self.may_enter(child, below):
                    self.add(below, child.name, path, recycled)
            elif child.name != RECYCLE or not path:
                self.enter(child, below, path + "/" + child.name if path else child.name, depth + 1)

    def is_run(self, relative):
        place = os.path.join(self.root.path, relative)
        return any(os.path.lexists(place + name) for name in ("/meta.json", "/status.json"))

    def may_enter(self, entry, relative):
        """Real directories only: links may loop, or lead outside."""
        if not is_directory(entry):
            return False
        if not entry.is_symlink():
            return True
        if not self.root.holds(entry.path):
            self.problems.append("%s is a link that leads outside the storage" % relative)
        else:
            self.problems.append("%s is a link: the runs are shown where it leads" % relative)
        return False

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

    def add(self, relative, name, path, recycled):
        self.candidates.append(Candidate(relative, name, path, recycled))


def is_directory(entry):
    try:
        return entry.is_dir()
    except OSError:
        # A link that loops.
        return False


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
