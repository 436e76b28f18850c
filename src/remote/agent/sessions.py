"""Sessions as a later agent finds them: joined where their watchdog lives, cleaned up where it is dead."""
import os
import re
import signal
import socket
import time

from porthole_agent import processes, runtime_dir
from porthole_agent.control import LinkEnded, connect
from porthole_agent.errors import AgentError
from porthole_agent.log_file import tail
from porthole_agent.record import read_record
from porthole_agent.viewer_process import GIVE_UP_AFTER_S, KILL_AFTER_S, MARKER

SESSION_NAME = re.compile("[a-z0-9-]{1,40}")
# A watchdog answers at once, and ends its viewer in five seconds.
ANSWER_LIMIT_S = 20
# How long one that is only asked whether it is there may take.
LOOK_LIMIT_S = 2
# From the making of a directory until it is held, on a machine that has much else to do.
MAKING_S = 1
TURN_S = 0.02


def attach(session):
    """(link, record, viewer state). Raises AgentError `session-unknown`."""
    link = link_to(directory_of(session), "viewer")
    try:
        answer = link.ask({"op": "attach"}, ANSWER_LIMIT_S)
    except (LinkEnded, socket.timeout):
        link.close()
        raise AgentError("session-unknown", "The watchdog of %s does not answer" % session)
    return link, answer["record"], answer["viewer"]


def read_log(session, lines, follow):
    """(text, link or None): the last lines, and what carries those to come."""
    directory = directory_of(session)
    if not follow:
        return tail(directory, lines), None
    link = link_to(directory, "log")
    try:
        answer = link.ask({"op": "log", "lines": lines, "follow": True}, ANSWER_LIMIT_S)
    except (LinkEnded, socket.timeout):
        link.close()
        return tail(directory, lines), None
    return answer["text"], link


def stop(session):
    """How the viewer ended: "terminated", "killed" or "gone"; directory and processes are gone then."""
    directory = directory_of(session)
    watchdog = (read_record(directory) or {}).get("watchdog")
    try:
        link = connect(directory, "viewer", ANSWER_LIMIT_S)
    except OSError:
        return clean_up(directory)
    try:
        outcome = link.ask({"op": "stop"}, ANSWER_LIMIT_S)["ended"]
        # It ends right after its answer; nothing of ours may be left when the stop is answered.
        while processes.is_alive(watchdog):
            time.sleep(TURN_S / 10)
        return outcome
    except (LinkEnded, socket.timeout):
        # It died meanwhile, or hangs.
        return clean_up(directory)
    finally:
        link.close()


def look():
    """The `leftover` of the protocol for each session of this user, from whatever machine it was opened."""
    return [
        {
            "session": os.path.basename(directory),
            "directory": directory,
            "state": state_of(directory),
            "startedAt": started_at(directory),
            "graceS": (read_record(directory) or {}).get("graceS"),
        }
        for directory in each_session()
    ]


def reap(patience_s=None):
    """
    (names of the sessions cleaned up, names of those alive).

    A watchdog that has said nothing for a whole lease has renewed none: that is when its session ends,
    or after `patience_s`.
    """
    reaped, alive, silent = [], [], {}
    for directory in each_session():
        state = state_of(directory)
        if state == "orphaned" and read_record(directory) is None:
            # Made just now, perhaps.
            time.sleep(MAKING_S)
            state = state_of(directory)
        if state == "hung":
            grace_s = (read_record(directory) or {}).get("graceS", 0)
            patience = grace_s if patience_s is None else min(grace_s, patience_s)
            silent[directory] = time.monotonic() + patience
        elif state == "held":
            alive.append(directory)
        else:
            clean_up(directory)
            reaped.append(directory)
    # Last, and side by side: a lease may be long.
    while silent:
        time.sleep(TURN_S)
        for directory, until in list(silent.items()):
            if answers(directory):
                alive.append(directory)
            elif time.monotonic() >= until:
                clean_up(directory)
                reaped.append(directory)
            else:
                continue
            del silent[directory]
    return [os.path.basename(one) for one in reaped], [os.path.basename(one) for one in alive]


def each_session():
    return [
        directory
        for directory in runtime_dir.all_sessions()
        if SESSION_NAME.fullmatch(os.path.basename(directory))
    ]


def started_at(directory):
    try:
        return os.lstat(directory).st_ctime
    except OSError:
        return None


def state_of(directory):
    """`held` by a watchdog, `orphaned`, or `hung` where there is a watchdog that says nothing."""
    if not is_cared_for(directory):
        return "orphaned"
    return "held" if read_record(directory) is None or answers(directory) else "hung"


def answers(directory):
    """Whether a watchdog says anything; asking does not renew its lease."""
    try:
        link = connect(directory, "log", LOOK_LIMIT_S)
    except OSError:
        # It is just going; or it never came to listen, which the identity tells next time.
        return not is_cared_for(directory)
    try:
        link.ask({"op": "log", "lines": 0, "follow": False}, LOOK_LIMIT_S)
    except (LinkEnded, OSError):
        return not is_cared_for(directory)
    finally:
        link.close()
    return True


def directory_of(session):
    directory = runtime_dir.find(session)
    if directory is None:
        raise AgentError("session-unknown", "There is no session %s on this server" % session)
    return directory


def link_to(directory, purpose):
    try:
        return connect(directory, purpose, ANSWER_LIMIT_S)
    except OSError:
        raise AgentError("session-unknown", "The watchdog of this session is gone: %s" % directory)


def is_cared_for(directory):
    """No time on disk is asked: the clock that wrote it may have been set since."""
    record = read_record(directory)
    # Without one it is being made, or somebody has cleared the record away.
    return runtime_dir.is_held(directory) if record is None else processes.is_alive(record.get("watchdog"))


def clean_up(directory):
    """Ends what a dead or hanging watchdog left, and removes the session's directory."""
    record = read_record(directory) or {}
    watchdog, viewer = record.get("watchdog"), record.get("viewer")
    if processes.is_alive(watchdog):
        processes.signal_each([watchdog["pid"]], signal.SIGKILL)

    def left():
        # The marker tells what is ours also where the viewer is gone and its children live.
        pids = processes.carrying("%s=%s" % (MARKER, directory))
        return pids | {viewer["pid"]} if processes.is_alive(viewer) else pids

    outcome = end_processes(left)
    runtime_dir.remove(directory)
    return outcome


def end_processes(left):
    """Ends processes that are no children of ours, so that no event tells of their end."""
    pids = left()
    if not pids:
        return "gone"
    processes.signal_each(pids, signal.SIGTERM)
    processes.signal_each(pids, signal.SIGCONT)
    began = time.monotonic()
    outcome = "terminated"
    while pids and time.monotonic() < began + GIVE_UP_AFTER_S:
        if time.monotonic() >= began + KILL_AFTER_S:
            outcome = "killed"
            processes.signal_each(pids, signal.SIGKILL)
        time.sleep(TURN_S)
        pids = left()
    return outcome
