"""CPU, memory and disk, from /proc; what this system does not tell is None."""

import os
import time

from porthole_viewer.storage.keys import display
from porthole_viewer.storage.processes import BOOTED_AT, TICKS, fields_of

PAGE = os.sysconf("SC_PAGE_SIZE")


class Cpu:
    """Shares of time since the last look."""

    def __init__(self):
        self.before = cpu_times()
        self.before_process = {}

    def look(self):
        now = cpu_times()
        shares = [busy_share(old, new) for old, new in zip(self.before, now)]
        self.before = now
        return {
            "percent": shares[0] if shares else None,
            "cores": os.cpu_count() or 1,
            "load": load(),
            "perCore": shares[1:],
        }

    def process(self, pid):
        """(percent of one core, bytes, start) of a process, or None where it is gone."""
        fields = fields_of(pid) if BOOTED_AT is not None else None
        if fields is None:
            return None
        used, at = (int(fields[11]) + int(fields[12])) / TICKS, time.monotonic()
        started = BOOTED_AT + int(fields[19]) / TICKS
        before = self.before_process.get((pid, started))
        self.before_process[(pid, started)] = (used, at)
        percent = None
        if before is not None and at > before[1]:
            percent = round(100 * (used - before[0]) / (at - before[1]), 1)
        return percent, int(fields[21]) * PAGE, started


def cpu_times():
    """(busy, total) of all cores together, then of each."""
    found = []
    try:
        with open("/proc/stat", "rb") as file:
            for line in file:
                if not line.startswith(b"cpu"):
                    break
                # Guest time is part of user time.
                ticks = [int(value) for value in line.split()[1:9]]
                total = sum(ticks)
                found.append((total - ticks[3] - ticks[4], total))
    except OSError:
        # Not Linux.
        return []
    return found


def busy_share(before, now):
    total = now[1] - before[1]
    return round(100 * (now[0] - before[0]) / total, 1) if total > 0 else 0.0


def load():
    try:
        return [round(value, 2) for value in os.getloadavg()]
    except OSError:
        return None


def memory():
    facts = {}
    try:
        with open("/proc/meminfo", "rb") as file:
            for line in file:
                name, _, rest = line.partition(b":")
                facts[name] = int(rest.split()[0]) * 1024
    except (OSError, ValueError, IndexError):
        return None
    total, available = facts.get(b"MemTotal", 0), facts.get(b"MemAvailable", 0)
    swap = facts.get(b"SwapTotal", 0)
    return {
        "total": total,
        "available": available,
        "used": total - available,
        "swapTotal": swap,
        "swapUsed": swap - facts.get(b"SwapFree", 0),
    }


def disk(path):
    try:
        found = os.statvfs(path)
    except OSError:
        return None
    total, free = found.f_blocks * found.f_frsize, found.f_bavail * found.f_frsize
    used = total - found.f_bfree * found.f_frsize
    return {"path": display(path), "total": total, "free": free, "used": used}


def command_of(pid):
    try:
        with open("/proc/%d/cmdline" % pid, "rb") as file:
            words = file.read(2000).split(b"\0")
    except OSError:
        return None
    return b" ".join(words).decode("utf-8", "replace").strip()[:300] or None
