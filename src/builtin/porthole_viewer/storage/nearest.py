"""What a directory that is no storage root has instead, and where the nearest one is."""

import os
import time

from porthole_viewer.storage.crew import Crew
from porthole_viewer.storage.root import Root
from porthole_viewer.storage.walk import NO_PROJECTS, Walk

LOOKS_FOR = ["runs/<path>/<run>/meta.json", "<project>/<name>/runs/<run>/meta.json"]
MAX_SECONDS = 0.5
MAX_PLACES = 200
MAX_NEAREST = 5


def describe_storage(root, index):
    """(state, message, nearest): nearest is a list of (path, runs) of places that hold runs."""
    found = []
    index.crew.go(lambda path: found.append(names_or_error(path)), [root.path])
    if not found:
        return "unreadable", "%s does not answer: its disk hangs." % root.path, []
    names = found[0]
    if isinstance(names, FileNotFoundError):
        return "missing", "There is no directory %s." % root.path, nearest_roots(root.path)
    if isinstance(names, OSError):
        return "unreadable", "Cannot read %s: %s." % (root.path, names.strerror), []
    if not index.found:
        index.touch(0.3)
    if index.found:
        return "ok", None, []
    if "runs" in names or not [name for name in names if name[0] != "."]:
        return "empty", "There are no runs yet.", []
    nearest = nearest_roots(root.path)
    looked = "No runs were found: neither %s nor %s." % tuple(LOOKS_FOR)
    return "not-a-root", looked, nearest


def nearest_roots(path):
    """(path, runs) of places above and below with runs, nearest first; ends after half a second."""
    deadline = time.monotonic() + MAX_SECONDS
    found = {}
    for place in places_around(path):
        if time.monotonic() > deadline or len(found) >= MAX_NEAREST:
            break
        real = os.path.realpath(place)
        if real not in found and os.path.isdir(real):
            runs = count_runs(real)
            if runs:
                found[real] = runs
    return list(found.items())


def places_around(path):
    """The roots that this may be deep in, then what lies below, one and two levels deep."""
    parts = path.split("/")
    for at in range(len(parts) - 1, 0, -1):
        if parts[at] == "runs":
            # <root>/runs, or <root>/<project>/<name>/runs
            yield "/".join(parts[:at]) or "/"
            if at > 3:
                yield "/".join(parts[: at - 2])
    first = subdirectories(path)
    yield from first
    for place in first:
        yield from subdirectories(place)


def subdirectories(path):
    try:
        with os.scandir(path) as entries:
            names = [one.path for one in entries if one.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    return sorted(names)[:MAX_PLACES]


def count_runs(path):
    """Only the layouts' first levels say whether it is a root: a home directory must not be walked."""
    names = [name for name in names_in(path) if name not in NO_PROJECTS]
    looks_right = os.path.isdir(path + "/runs") or any(
        os.path.isdir("%s/%s/%s/runs" % (path, name, inner))
        for name in names[:MAX_PLACES]
        for inner in names_in("%s/%s" % (path, name))[:20]
    )
    return len(Walk(Root(path), Crew()).run().candidates) if looks_right else 0


def names_in(path):
    names = names_or_error(path)
    return [] if isinstance(names, OSError) else sorted(names)


def names_or_error(path):
    try:
        return os.listdir(path)
    except OSError as error:
        return error
