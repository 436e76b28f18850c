"""The lists that viewers keep of their own instances: TensorBoard's info files, Jupyter's runtime files.

Anybody can write into a shared directory: a file counts only where it is ours, and what it says of a process
only as far as the kernel says the same.
"""

import fnmatch
import json
import os
import stat

from porthole_agent.probe.files import names_in, read_text

MAX_FILES = 100


def instances(kind, environ, home):
    """What the files of a `kind` say, by pid; `environ` is that of the viewer, or of the login."""
    found = {}
    for directory, pattern in LISTS[kind](environ, home):
        names = fnmatch.filter(sorted(names_in(directory)), pattern)
        for name in names[:MAX_FILES]:
            try:
                said = read_own(os.path.join(directory, name))
                found[said["pid"]] = READERS[kind](said)
            except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
                # Somebody else's, being written, of another form, or not for us.
                continue
    return found


def read_own(path):
    """The JSON in a file of this account, with the time at which it was written."""
    facts = os.lstat(path)
    if not stat.S_ISREG(facts.st_mode) or facts.st_uid != os.getuid():
        raise ValueError("not our own file")
    said = json.loads(read_text(path))
    if type(said["pid"]) is not int:
        raise ValueError("no pid")
    return dict(said, written=facts.st_mtime)


def tensorboard_lists(environ, home):
    """Where Python's `tempfile` puts files."""
    places = [environ.get(name) for name in ("TMPDIR", "TEMP", "TMP")] + ["/tmp", "/var/tmp"]
    return [(os.path.join(one, ".tensorboard-info"), "pid-*.info") for one in places if one]


def tensorboard(said):
    return {
        "endpoint": tcp(said["port"]),
        "home": said.get("path_prefix", "") + "/",
        "storage": said.get("logdir", ""),
        "version": said.get("version"),
        "token": "",
        "written": said["written"],
    }


def jupyter_lists(environ, home):
    """Where jupyter_core puts them; older ones in XDG_RUNTIME_DIR."""
    data = environ.get("JUPYTER_DATA_DIR") or os.path.join(
        environ.get("XDG_DATA_HOME") or os.path.join(home, ".local/share"), "jupyter"
    )
    places = [environ.get("JUPYTER_RUNTIME_DIR") or os.path.join(data, "runtime")]
    if environ.get("XDG_RUNTIME_DIR"):
        places.append(os.path.join(environ["XDG_RUNTIME_DIR"], "jupyter"))
    return [(one, pattern) for one in places for pattern in ("jpserver-*.json", "nbserver-*.json")]


def jupyter(said):
    if said.get("secure"):
        raise ValueError("it speaks TLS")
    path = said.get("sock")
    return {
        "endpoint": {"kind": "socket", "path": path} if path else tcp(said["port"]),
        "home": said.get("base_url", "/"),
        "storage": said.get("root_dir") or said.get("notebook_dir") or "",
        "version": said.get("version"),
        "token": said.get("token", ""),
        "written": said["written"],
    }


def tcp(port):
    if type(port) is not int or not 0 < port < 65536:
        raise ValueError("no port")
    return {"kind": "tcp", "port": port}


LISTS = {"tensorboard": tensorboard_lists, "jupyter": jupyter_lists}
READERS = {"tensorboard": tensorboard, "jupyter": jupyter}
