"""What lies at a path of the user's, and how many experiment runs it holds. Nothing here ever writes."""
import os
import time

from porthole_agent.errors import AgentError

MAX_RUNS = 5000
COUNT_LIMIT_S = 0.5
# Entries of a storage root that hold no projects of the layout before 0.6.
NOT_PROJECTS = {"runs", "webui", "archive", "index", "artifacts", "evaluations"}


def check_path(path):
    """The `checkPathResult` of the protocol."""
    result = describe(path)
    holds_runs = result["kind"] == "directory" and result["readable"]
    result["runs"], result["runsCapped"] = count_runs(result["path"]) if holds_runs else (0, False)
    return result


def require_storage(path, takes):
    """As `describe`; raises AgentError `storage-missing` or `storage-unreadable` where no viewer could show it."""
    result = describe(path)
    if result["kind"] == "missing":
        raise AgentError("storage-missing", "%s does not exist" % path, result)
    if result["kind"] != "directory" and (result["kind"], takes) != ("file", "file-or-directory"):
        raise AgentError("storage-unreadable", "%s is not a directory" % path, result)
    if not result["readable"]:
        raise AgentError("storage-unreadable", "%s cannot be read by this account" % path, result)
    return result


def describe(path):
    """The `place` of the protocol."""
    if not isinstance(path, str) or not path or len(path) > 4000 or "\0" in path:
        raise AgentError("bad-request", "path is not one")
    home = os.path.expanduser("~")
    # Not normalised: `a/../b` is another place than `b` where `a` is a link.
    path = os.path.join(home, os.path.expanduser(path))
    kind = kind_of(path)
    return {
        "path": path,
        "kind": kind,
        "readable": is_listable(path) if kind == "directory" else os.access(path, os.R_OK),
        "writable": os.access(path, os.W_OK),
        "nearestParent": nearest_parent(path) if kind == "missing" else None,
    }


def kind_of(path):
    if os.path.isdir(path):
        return "directory"
    if os.path.isfile(path):
        return "file"
    return "other" if os.path.exists(path) else "missing"


def is_listable(path):
    # Network file systems may grant by mode what the server then refuses: only reading tells.
    try:
        with os.scandir(path) as entries:
            next(entries, None)
    except OSError:
        return False
    return os.access(path, os.R_OK | os.X_OK)


def nearest_parent(path):
    parent = os.path.dirname(path)
    while parent != os.path.dirname(parent) and not os.path.isdir(parent):
        parent = os.path.dirname(parent)
    return parent


def count_runs(root, limit_s=COUNT_LIMIT_S):
    """(runs below a Runicorn storage root, whether counting stopped early by number or time)."""
    deadline = time.monotonic() + limit_s
    runs = 0
    for found in each_run(root):
        runs += found
        if runs >= MAX_RUNS or time.monotonic() > deadline:
            return runs, True
    return runs, False


def each_run(root):
    """Yields 1 for a run and 0 for another directory looked at, so that the caller can stop anywhere."""
    waiting = [os.path.join(root, "runs")]
    while waiting:
        for directory in subdirectories(waiting.pop()):
            is_run = any(
                os.path.lexists(os.path.join(directory, name))
                for name in ("meta.json", "status.json")
            )
            yield int(is_run)
            if not is_run:
                waiting.append(directory)
    for project in subdirectories(root):
        if os.path.basename(project) in NOT_PROJECTS:
            continue
        for experiment in subdirectories(project):
            yield 0
            for _ in subdirectories(os.path.join(experiment, "runs")):
                yield 1


def subdirectories(path):
    """Links are not followed: they may lead in circles."""
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield entry.path
    except OSError:
        # Unreadable, or gone while we looked: holds no run that a viewer could show.
        return
