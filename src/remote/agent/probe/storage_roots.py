"""Storage roots on this host, those first that are most likely meant."""

import json
import os
import re
import threading
import time

from porthole_agent import storage
from porthole_agent.probe.files import names_in, read_if_there
from porthole_agent.probe.storage_data import GLANCE_S, LOOK_S, data_in

SOURCES = ("asked", "RUNICORN_DIR", "runicorn-config", "training", "default")

SHELL_FILES = (
    ".bashrc",
    ".bash_profile",
    ".profile",
    ".zshrc",
    ".zshenv",
    ".zprofile",
    ".config/fish/config.fish",
    ".cshrc",
    ".tcshrc",
)
# export X=value, X=value, setenv X value, set -gx X value
SET_BY_SHELL = re.compile(
    r"\s*(?:export\s+|setenv\s+|set\s+-\S+\s+)?RUNICORN_DIR[=\s]\s*(\"[^\"]*\"|'[^']*'|[^\s;#]+)"
)

# The last change is looked for among the newest runs first, for so long.
MAX_SECONDS = 0.3
NO_RUNS = frozenset(("artifacts", "archive", "index", "webui", "evaluations", "media"))
CHANGING_FILES = ("events.jsonl", "logs.txt", "status.json", "summary.json")


class StorageRoots:
    """Takes directories that may be storage roots; keeps those that exist."""

    def __init__(self, workers, signs):
        self.workers = workers
        self.signs = signs
        self.lock = threading.Lock()
        self.best = {}
        self.found = {}

    def add(self, path, source):
        """Looks at a directory, in a unit of its own."""
        # Not normalised: `a/../b` is another place than `b` where `a` is a link.
        path = path.rstrip("/") or "/"
        with self.lock:
            known = self.best.get(path)
            if known is None or SOURCES.index(source) < SOURCES.index(known):
                self.best[path] = source
        if known is None:
            self.workers.add(path, lambda unit: self._read(path))

    def result(self):
        """`storageRoots` of the protocol, one for each real path."""
        roots = {}
        for path, (real, facts) in sorted(self.found.copy().items()):
            root = dict(facts, path=path, source=self.best[path])
            if real not in roots or order_of(root) < order_of(roots[real]):
                roots[real] = root
        return sorted(roots.values(), key=order_of)

    def _read(self, path):
        if os.path.isfile(path) and self.best[path] == "asked":
            # Some viewers show a file: a database, a notebook.
            facts = {"runs": 0, "runsCapped": False, "modifiedAt": os.stat(path).st_mtime}
            facts["data"] = data_in(path, self.signs)
            self.found[path] = (os.path.realpath(path), facts)
        if not os.path.isdir(path):
            return
        runs, capped = storage.count_runs(path)
        # Runicorn's viewer keeps its log in ~/.runicorn, which does not make it a storage root.
        if os.path.basename(path) == ".runicorn" and not runs and "runs" not in names_in(path):
            return
        facts = {"runs": runs, "runsCapped": capped, "modifiedAt": last_change(path)}
        # A root that is full of runs is Runicorn's first of all: a glance at what else lies there.
        is_known = runs > 0 and self.best[path] != "asked"
        facts["data"] = data_in(path, self.signs, GLANCE_S if is_known else LOOK_S)
        self.found[path] = (os.path.realpath(path), facts)


def order_of(root):
    """Sort key: by source, then path."""
    return SOURCES.index(root["source"]), root["path"]


def known_roots(home, environ, asked):
    """(path, source) of the roots that settings and defaults name."""
    found = [(path, "asked") for path in asked]
    for path in [environ.get("RUNICORN_DIR", "")] + set_by_shells(home):
        if path:
            found.append((path, "RUNICORN_DIR"))
    config = environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    for directory in (os.path.join(config, "runicorn"), os.path.join(home, ".runicorn_config")):
        path = configured_root(os.path.join(directory, "config.json"))
        if path:
            found.append((path, "runicorn-config"))
    found += [(os.path.join(home, name), "default") for name in ("runicorn_data", ".runicorn")]
    return [
        (os.path.join(home, path[2:]) if path.startswith("~/") else path, source)
        for path, source in found
        if os.path.isabs(path) or path.startswith("~/")
    ]


def set_by_shells(home):
    """
    Values of RUNICORN_DIR in the files that shells read: where they return early when nobody types (as
    Debian's ~/.bashrc does), our login has no such variable, but the user's trainings have it.
    """
    found = []
    for name in SHELL_FILES:
        for line in read_if_there(os.path.join(home, name)).splitlines():
            match = SET_BY_SHELL.match(line)
            if match:
                value = match.group(1).strip("\"'")
                for variable in ("${HOME}", "$HOME"):
                    value = value.replace(variable, home)
                # Of what else a shell would work out, nothing is guessed.
                if "$" not in value and "`" not in value:
                    found.append(value)
    return found


def configured_root(path):
    """`user_root_dir` of Runicorn's config file, or None. Its other keys are not looked at."""
    try:
        value = json.loads(read_if_there(path) or "{}")["user_root_dir"]
        return value if isinstance(value, str) and value else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def last_change(root):
    """Seconds since the epoch of the last change of a run; None without runs."""
    newest, deadline = None, time.monotonic() + MAX_SECONDS
    waiting = [root]
    while waiting and time.monotonic() < deadline:
        directory = waiting.pop()
        try:
            with os.scandir(directory) as entries:
                below = [one for one in entries if one.name[0] != "." and one.name not in NO_RUNS]
        except OSError:
            # Counted runs tell more of it; a run that cannot be read has no date here.
            continue
        names = [one.name for one in below]
        if "meta.json" in names or "status.json" in names:
            changed = [one for one in below if one.name in CHANGING_FILES + ("meta.json",)]
            times = [modified_at(one) for one in changed]
            newest = max(times + ([newest] if newest is not None else []))
        else:
            # Ids of runs begin with their date: the last is the newest, and popped first.
            names = sorted(one.name for one in below if one.is_dir(follow_symlinks=False))
            waiting += [os.path.join(directory, name) for name in names]
    return newest


def modified_at(entry):
    """Time of the last change of a file; 0 when it has gone."""
    try:
        return entry.stat().st_mtime
    except OSError:
        return 0.0
