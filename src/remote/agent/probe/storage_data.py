"""Whose data lies in a storage: told by names, and for few of them by the beginning of a file."""

import os
import re
import time

from porthole_agent.probe.files import read_bytes

# Enough for the layouts that people have; a storage of any size is looked at in this time.
LOOK_S = 0.2
GLANCE_S = 0.03
MAX_DIRECTORIES = 300
MAX_ENTRIES = 20000
MAX_DEPTH = 5
MAX_HEADS = 40
# The tables of a fresh SQLite file are named within its first hundred kilobytes.
HEAD_BYTES = 256 * 1024

# Nothing of these was written by a training, and they are large.
NOT_DATA = frozenset(("node_modules", "site-packages", "__pycache__"))
# Below a run of Runicorn's lies what belongs to it.
RUN_MARKS = ("meta.json", "status.json")


class Signs:
    """What counts as data of which viewer, made for asking many names."""

    def __init__(self, data):
        self.signs = {"file": [], "directory": []}
        for viewer, signs in sorted(data.items()):
            for sign in signs:
                pattern = re.compile(regexp_of(sign["name"]))
                contains = sign.get("contains")
                self.signs[sign["kind"]].append((pattern, contains and contains.encode(), viewer))
        # One look says no to most names.
        self.any = {
            kind: re.compile("|".join("(?:%s)" % p.pattern for p, _, _ in signs) or r"\b\B")
            for kind, signs in self.signs.items()
        }

    def of(self, kind, name, path, look):
        """Viewers that a name is data of."""
        if not self.any[kind].match(name):
            return []
        asked = [one for one in self.signs[kind] if one[0].match(name)]
        head = look.head(path) if any(contains for _, contains, _ in asked) else b""
        return [viewer for _, contains, viewer in asked if not contains or contains in head]


def regexp_of(name):
    return ".*".join(map(re.escape, name.split("*"))) + r"\Z"


class Look:
    """One look at one storage, within its limits."""

    def __init__(self, seconds):
        self.until = time.monotonic() + seconds
        self.directories = MAX_DIRECTORIES
        self.entries = MAX_ENTRIES
        self.heads = MAX_HEADS

    def goes_on(self):
        return self.directories > 0 and self.entries > 0 and time.monotonic() < self.until

    def head(self, path):
        self.heads -= 1
        if self.heads < 0:
            return b""
        try:
            return read_bytes(path, HEAD_BYTES)
        except OSError:
            return b""


def data_in(root, signs, seconds=LOOK_S):
    """Ids of the viewers whose data is at or below a path, in the order of the alphabet."""
    look, found = Look(seconds), set()
    name = os.path.basename(root)
    if not os.path.isdir(root):
        return sorted(set(signs.of("file", name, root, look)))
    found.update(signs.of("directory", name, root, look))
    waiting = [root]
    for _ in range(MAX_DEPTH):
        below = []
        for directory in waiting:
            if not look.goes_on():
                return sorted(found)
            below += read_directory(directory, signs, look, found)
        waiting = below
    return sorted(found)


def read_directory(directory, signs, look, found):
    """Notes what one directory tells; returns those in it that are worth a look."""
    look.directories -= 1
    below = []
    try:
        with os.scandir(directory) as entries:
            for entry in entries:
                look.entries -= 1
                if look.entries < 0 or entry.name in RUN_MARKS:
                    return []
                kind = "directory" if entry.is_dir() else "file"
                found.update(signs.of(kind, entry.name, entry.path, look))
                # Links may lead in circles.
                if kind == "directory" and entry.name[0] != "." and not entry.is_symlink():
                    if entry.name not in NOT_DATA:
                        below.append(entry.path)
    except OSError:
        # Unreadable, or gone while we looked.
        return below
    # The newest are most often named last.
    return sorted(below, reverse=True)
