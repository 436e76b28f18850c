"""Viewers that the user runs already, told by command lines and by the lists that some keep of themselves."""

import os
import re

from porthole_agent import processes
from porthole_agent.health import listening_sockets, open_files, takes
from porthole_agent.probe.adopt import problem_with
from porthole_agent.probe.instances import instances
from porthole_agent.viewer_process import MARKER

MAX_RUNNING = 64
# What the other end takes for a path of pages.
HOME = re.compile(r"/(?:[\w.~%@:+-]+/)*", re.ASCII)
# Clocks of a file system and of the kernel may differ by so much.
SKEW_S = 2


class Running:
    """Takes the user's Pythons; keeps those that are viewers and can be reached."""

    def __init__(self, workers, signs, environ, home):
        self.workers = workers
        self.signs = signs
        self.environ = environ
        self.home = home
        # Lists at the login's own places: looked at once.
        self.known = {}
        self.found = []

    def look(self, pythons):
        """In a unit of its own: a list may lie on a disk that hangs."""
        if pythons and self.signs:
            self.workers.add("running viewers", lambda unit: self._find(pythons))

    def result(self, roots):
        """`running` of the protocol; a storage that is known by another path is called by that."""
        names = {real: path for path, (real, _) in sorted(roots.items(), reverse=True)}
        found = [dict(one, storage=names.get(real, path)) for one, path, real in self.found]
        found.sort(key=lambda one: (one["viewer"], one["process"]["pid"]))
        return found[:MAX_RUNNING]

    def _find(self, pythons):
        for process in pythons:
            if MARKER in process["environ"]:
                # Porthole's own, or started in one of those: it ends with the session.
                continue
            named = self._viewer_of(process)
            listed, entry = self._listed(process, named) or (None, None)
            if listed or named:
                self._take(process, listed or named, entry)

    def _viewer_of(self, process):
        for viewer, sign in sorted(self.signs.items()):
            if arguments_of(process, sign) is not None:
                return viewer
        return None

    def _listed(self, process, viewer):
        """(viewer, entry) of the list that names this process; its own environment says where that is."""
        for name, sign in sorted(self.signs.items()):
            # One that is known by its command line alone is in no list; others may be what they say.
            if sign.get("list") and viewer in (None, name):
                environ = self.environ if viewer is None else process["environ"]
                entry = self._instances(sign["list"], environ).get(process["pid"])
                if entry and started_at(process["pid"]) <= entry["written"] + SKEW_S:
                    return name, entry
        return None

    def _instances(self, kind, environ):
        if environ is not self.environ:
            return instances(kind, environ, self.home)
        if kind not in self.known:
            self.known[kind] = instances(kind, environ, self.home)
        return self.known[kind]

    def _take(self, process, viewer, entry):
        sign, pid = self.signs[viewer], process["pid"]
        if entry is None and sign.get("list") == "jupyter":
            # Only its file has the token.
            return
        identity = processes.identity_of(pid)
        endpoint = entry["endpoint"] if entry else endpoint_of(process)
        if identity is None or endpoint is None or problem_with(identity, endpoint):
            return
        arguments = arguments_of(process, sign) or []
        home = entry["home"] if entry else option(arguments, sign.get("prefix", [])) or "/"
        home = "/" + home.strip("/") + "/" if home.strip("/") else "/"
        if not HOME.fullmatch(home):
            return
        given = (entry and entry["storage"]) or storage_of(process, sign, arguments)
        path = as_path(given, process) if given else None
        facts = {
            "viewer": viewer,
            "process": identity,
            "endpoint": endpoint,
            "home": home,
            "version": entry["version"][:128] if entry and isinstance(entry["version"], str) else None,
            "startedAt": started_at(pid),
        }
        self.found.append((facts, path, path and os.path.realpath(path)))


def arguments_of(process, sign):
    """The words after program and command where a process was started as `sign` says; else None."""
    script = process["script"]
    name = script if script.startswith("-m ") else os.path.basename(script)
    if name not in sign["programs"]:
        return None
    words = process["argv"]
    last = script[3:] if script.startswith("-m ") else script
    words = words[words.index(last) + 1 :] if last in words else []
    commands = sign.get("commands")
    if not commands:
        return words
    at = [i for i, word in enumerate(words) if word in commands]
    return words[at[0] + 1 :] if at else None


def option(words, names):
    """The value of an option: `--name VALUE` or `--name=VALUE`; the last one counts."""
    found = None
    for i, word in enumerate(words):
        name, sign, value = word.partition("=")
        if name in names:
            found = value if sign else "".join(words[i + 1 : i + 2])
    return found


def storage_of(process, sign, arguments):
    """What a viewer was told to show: by option, word or variable; else its working directory."""
    environ, cwd = process["environ"], process["cwd"]
    given = option(arguments, sign.get("options", []))
    if not given and sign.get("word"):
        words = [word for word in arguments if not word.startswith("-")]
        there = [word for word in words if os.path.exists(as_path(word, process) or "")]
        given = (there or words or [None])[0]
    return given or environ.get(sign.get("variable") or "") or cwd


def as_path(given, process):
    """An absolute path; None for what is no path: an address may hold a password."""
    for scheme in ("sqlite:///", "file://"):
        if given.startswith(scheme):
            given = given[len(scheme) :]
    if "://" in given:
        return None
    if given.startswith("~/"):
        given = os.path.join(process["environ"].get("HOME", "~"), given[2:])
    path = os.path.join(process["cwd"], given).rstrip("/")
    return path[:4096] or "/"


def endpoint_of(process):
    """Where a viewer serves 127.0.0.1: at a port that it was told before others, by itself before its children."""
    rows = listening_sockets() or []
    words = "=".join(process["argv"]).split("=")
    for pids in ([process["pid"]], processes.descendants(process["pid"])):
        held = {name for pid in pids for name in open_files(pid)}
        numbers = [(local, int(local.rpartition(":")[2], 16)) for name, local in rows if name in held]
        ports = sorted({port for local, port in numbers if takes(local, port)})
        if ports:
            return {"kind": "tcp", "port": ([p for p in ports if str(p) in words] or ports)[0]}
    return None


def started_at(pid):
    """Seconds since the epoch at which a process was started; 0 where it has gone."""
    facts = processes.facts_of(pid)
    booted = [line for line in read_all("/proc/stat").splitlines() if line.startswith("btime ")]
    if facts is None or not booted:
        return 0
    return int(booted[0].split()[1]) + int(facts[2]) / os.sysconf("SC_CLK_TCK")


def read_all(path):
    """A file of the kernel's, which has no size."""
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
