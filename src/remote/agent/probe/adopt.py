"""Whether a viewer that the user runs is still the one that was found. Nothing of it is ever ended."""

import os
import select
import time

from porthole_agent import processes
from porthole_agent.health import open_files, owns_port
from porthole_agent.probe.instances import instances

# Between two looks at who holds the address; the end of the process itself is an event.
LOOK_S = 2.0
# Where the kernel has no such event.
BLIND_LOOK_S = 0.5
MAX_WAIT_S = 60.0
LISTENING = "00010000"


def adopt(asked):
    """
    Answers a request `probe` {adopt: {process, endpoint, list, waitS}}: `serving`, or why not.

    With `waitS` the answer comes when it serves no more, or after that time.
    """
    identity, endpoint = asked["process"], asked["endpoint"]
    until = time.monotonic() + min(asked.get("waitS", 0), MAX_WAIT_S)
    problem = problem_with(identity, endpoint)
    while problem is None and time.monotonic() < until:
        wait_for_end(identity["pid"], until - time.monotonic())
        problem = problem_with(identity, endpoint)
    if problem is not None:
        return {"state": "gone", "reason": problem}
    return {"state": "serving", "token": token_of(identity["pid"], asked.get("list"))}


def problem_with(identity, endpoint):
    """What speaks against a process and the address that it is said to serve; None where nothing does."""
    pid = identity["pid"]
    if not processes.is_alive(identity):
        return "it has ended"
    try:
        if os.stat("/proc/%d" % pid).st_uid != os.getuid():
            return "it belongs to another account"
    except OSError:
        return "it has ended"
    pids = [pid, *processes.descendants(pid)]
    if endpoint["kind"] == "tcp":
        if not processes.has_proc() or not owns_port(pids, endpoint["port"]):
            return "it does not serve port %d" % endpoint["port"]
    elif not owns_socket(pids, endpoint["path"]):
        return "it does not serve its socket"
    return None


def owns_socket(pids, path):
    """Whether one of these processes listens on a unix socket."""
    try:
        with open("/proc/net/unix", encoding="utf-8", errors="surrogateescape") as file:
            rows = [line.rstrip("\n").split(None, 7) for line in file]
    except OSError:
        return False
    names = {"socket:[%s]" % row[6] for row in rows if row[3] == LISTENING and row[7:] == [path]}
    return any(name in names for pid in pids for name in open_files(pid))


def wait_for_end(pid, left_s):
    """Until a process ends, or it is time for another look."""
    # Since Python 3.9, and Linux 5.3.
    open_handle = getattr(os, "pidfd_open", None)
    try:
        handle = open_handle and open_handle(pid)
    except OSError:
        handle = None
    if handle is None:
        time.sleep(min(left_s, BLIND_LOOK_S))
        return
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        poll.poll(1000 * min(left_s, LOOK_S))
    finally:
        os.close(handle)


def token_of(pid, kind):
    """What a viewer's own file names as its token; "" where it has none."""
    if not kind:
        return ""
    try:
        with open("/proc/%d/environ" % pid, "rb") as file:
            lines = os.fsdecode(file.read()).split("\0")
    except OSError:
        return ""
    environ = dict(line.partition("=")[::2] for line in lines)
    for place in (environ, os.environ):
        entry = instances(kind, place, place.get("HOME", "/")).get(pid)
        if entry and isinstance(entry["token"], str):
            return entry["token"]
    return ""
