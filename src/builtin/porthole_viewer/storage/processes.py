"""Whether a training's process is still there."""

import os

UNKNOWN = "unknown"


def start_of(pid):
    """Seconds since the epoch at which a process began; None: there is none; UNKNOWN: it cannot be told."""
    if not isinstance(pid, int) or isinstance(pid, bool) or not 0 < pid < 2 ** 31:
        return UNKNOWN
    if BOOTED_AT is None:
        return UNKNOWN if exists(pid) else None
    fields = fields_of(pid)
    if fields is None:
        return None
    if fields[0] in ("Z", "X"):
        return None
    return BOOTED_AT + int(fields[19]) / TICKS


def fields_of(pid):
    """Fields of /proc/PID/stat from the third (its state) on, or None. The second may hold anything."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as file:
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return None
    return text[text.rindex(")") + 2 :].split()


def exists(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        # Somebody else's.
        return True
    return True


def booted_at():
    try:
        with open("/proc/stat", "rb") as file:
            for line in file:
                if line.startswith(b"btime "):
                    return int(line.split()[1])
    except OSError:
        # macOS has no /proc.
        pass
    return None


TICKS = os.sysconf("SC_CLK_TCK")
BOOTED_AT = booted_at()
