"""The watchdog: a process that owns one viewer, whatever becomes of the agent that forked it."""
import os
import signal
import socket

from porthole_agent import processes, runtime_dir
from porthole_agent.control import Link, LinkEnded
from porthole_agent.errors import AgentError
from porthole_agent.record import write_record

# The watchdog answers within milliseconds, or something is very wrong.
START_LIMIT_S = 20


def start(directory, hold, listener, request, umask, release):
    """
    Forks the watchdog of a new session, which keeps `hold` for its life and hands `listener`, where there
    is one, on to the viewer. Returns (link to it, its identity); `release` closes in the watchdog what
    belongs to the agent.

    Raises AgentError `launch-failed`; the directory is gone then.
    """
    if processes.identity_of(os.getpid()) is None:
        runtime_dir.remove(directory)
        text = "No process can be told from another: there is neither /proc nor a ps that works"
        raise AgentError("launch-failed", text)
    ours, theirs = socket.socketpair()
    try:
        child = os.fork()
    except OSError as problem:
        runtime_dir.remove(directory)
        raise AgentError("launch-failed", "Cannot start a process: %s" % problem.strerror)
    if child == 0:
        try:
            os.setsid()
            # The second fork: its parent is gone, so nobody of the login's waits for it.
            if os.fork() == 0:
                release()
                ours.close()
                watch(directory, hold, listener, request, umask, theirs)
        finally:
            os._exit(0)
    theirs.close()
    os.waitpid(child, 0)
    link = Link(ours, request["session"], "viewer")
    ours.settimeout(START_LIMIT_S)
    try:
        greeting = link.next_message()
    except (LinkEnded, OSError):
        greeting = {"failed": "The watchdog ended while it started"}
    if "failed" in greeting:
        link.close()
        runtime_dir.remove(directory)
        raise AgentError("launch-failed", greeting["failed"])
    return link, greeting["watchdog"]


def watch(directory, hold, listener, request, umask, connection):
    """The watchdog's life; returns when viewer and directory are gone."""
    from porthole_agent.lines import encode
    from porthole_agent.supervision import Supervision

    detach({connection.fileno(), hold} | ({listener.fileno()} if listener else set()))
    spec = request["spec"]
    record = {
        "version": 1,
        "session": request["session"],
        "directory": directory,
        "watchdog": processes.identity_of(os.getpid()),
        "viewer": None,
        "endpoint": None,
        "graceS": request["graceS"],
        "argv": spec["argv"],
    }
    supervision = None
    try:
        write_record(directory, record)
        supervision = Supervision(record, spec, umask, listen_to_signals(), listener)
        supervision.switchboard.add(connection).wants_states = True
        connection.sendall(encode({"watchdog": record["watchdog"]}))
    except OSError as problem:
        # The agent may have gone: then nobody is told, and the session runs for its lease.
        if supervision is None:
            connection.sendall(encode({"failed": "%s: %s" % (directory, problem)}))
            return
    try:
        supervision.run()
    except Exception:
        # A bug of ours: the viewer hears of our end by the kernel, the user by the log.
        import traceback

        supervision.log.append(traceback.format_exc().encode("ascii", "replace"))
        raise


def detach(kept):
    """Lets go of the login: its pipes would keep the ssh session open, its directory a file system busy."""
    os.chdir("/")
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    listing = "/proc/self/fd" if processes.has_proc() else "/dev/fd"
    for name in os.listdir(listing):
        if int(name) > 2 and int(name) not in kept:
            try:
                os.close(int(name))
            except OSError:
                # The one that read the listing.
                continue


def listen_to_signals():
    """A socket that the numbers of arriving signals can be read from; who would end us in passing is ignored."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    signal.set_wakeup_fd(writer.detach())
    for number in (signal.SIGCHLD, signal.SIGTERM):
        # A handler of any kind, or the signal would not be told.
        signal.signal(number, lambda number, frame: None)
    return reader
