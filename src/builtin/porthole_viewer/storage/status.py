"""What has become of a run: derived from its files and its process, with the reason; never written."""

import socket

from porthole_viewer.storage.processes import UNKNOWN, start_of

STALE_AFTER_S = 600
# btime of the kernel moves by a second or so, and the clock may have been set.
START_SLACK_S = 5

HOST = socket.gethostname()


def derive_status(facts, now):
    """(status, reason) from facts: recorded, exit_reason, host, pid, created_at, updated_at, seen_gone_at.

    `seen_gone_at`: last write when the process was first seen gone, or None. A training in a container
    with this host's name has a process that we cannot see: its writes prove that it lives.
    """
    recorded = facts["recorded"]
    if recorded is None:
        return "unknown", "There is no readable status file."
    if recorded != "running":
        return recorded, ended_reason(recorded, facts["exit_reason"])
    if facts["host"] != HOST:
        return running_elsewhere(facts, now)
    started = start_of(facts["pid"])
    if started == UNKNOWN:
        return silent_or_running(facts, now, "its process cannot be told")
    if started is not None and not is_other(started, facts["created_at"]):
        return "running", "Process %d is there." % facts["pid"]
    seen = facts["seen_gone_at"]
    if seen is not None and facts["updated_at"] is not None and facts["updated_at"] > seen:
        return silent_or_running(facts, now, "its process cannot be seen from here")
    if started is None:
        return "crashed", "Process %d is gone, and the run was never finished." % facts["pid"]
    return "crashed", "Process %d is another one now; the run was never finished." % facts["pid"]


def ended_reason(recorded, exit_reason):
    words = {
        "finished": "The training has finished it.",
        "failed": "The training ended with an error.",
        "interrupted": "The training was interrupted.",
    }
    reason = words.get(recorded, "The training has written this status.")
    return "%s (%s)" % (reason, exit_reason) if exit_reason else reason


def running_elsewhere(facts, now):
    if not facts["host"]:
        return silent_or_running(facts, now, "the run does not say where it runs")
    return silent_or_running(facts, now, "it runs on %s" % facts["host"])


def silent_or_running(facts, now, why):
    updated = facts["updated_at"]
    silence = None if updated is None else now - updated
    if silence is None or silence > STALE_AFTER_S:
        minutes = "" if silence is None else " for %d minutes" % (silence // 60)
        return "stale", "Nothing was written%s, and %s." % (minutes, why)
    return "running", "It is still being written, and %s." % why


def is_other(started, created_at):
    """Whether a process is younger than the run: its number was given again."""
    return created_at is not None and started > created_at + START_SLACK_S
