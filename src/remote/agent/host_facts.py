"""What this machine and this login are, read from files: no program is started."""

import os
import pwd

# Of one fact, in characters; longer ones are cut, since the other end refuses them.
MAX_TEXT = 1024


def host_facts():
    """The `hostFacts` of the protocol: os, hostname, user, uid, home, shell, machineId, bootId."""
    uid = os.getuid()
    try:
        account = pwd.getpwuid(uid)
        user, home, shell = account.pw_name, account.pw_dir, account.pw_shell
    except KeyError:
        # Containers run under numbers that no passwd file knows.
        user, home, shell = os.environ.get("USER") or str(uid), "/", ""
    uname = os.uname()
    return {
        "os": (os_name() or uname.sysname + " " + uname.release)[:MAX_TEXT],
        "hostname": uname.nodename[:MAX_TEXT],
        "user": user[:MAX_TEXT],
        "uid": uid,
        "home": os.environ.get("HOME") or home or "/",
        "shell": (shell or os.environ.get("SHELL") or "")[:MAX_TEXT],
        "machineId": first_line("/etc/machine-id") or first_line("/var/lib/dbus/machine-id"),
        "bootId": first_line("/proc/sys/kernel/random/boot_id"),
    }


def os_name():
    """PRETTY_NAME of os-release, or None: "Debian GNU/Linux 12 (bookworm)"."""
    for line in (read_start("/etc/os-release") or read_start("/usr/lib/os-release")).splitlines():
        if line.startswith("PRETTY_NAME="):
            return line[12:].strip().strip("\"'") or None
    return None


def first_line(path):
    """The first line of a small file, or None where there is none."""
    return read_start(path).partition("\n")[0].strip()[:128] or None


def read_start(path):
    """The first 8 kB of a text file; empty where it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(8192)
    except OSError:
        return ""
