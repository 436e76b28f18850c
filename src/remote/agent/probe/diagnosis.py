"""For the doctor: what decides on this host whether a viewer can run, each fact by itself."""

import glob
import os
import shutil
import stat
import subprocess
import threading
import time

from porthole_agent import runtime_dir
from porthole_agent.errors import AgentError
from porthole_agent.host_facts import host_facts, read_start
from porthole_agent.probe.workers import Workers

# For looking at one place, and at all of them: a home may lie on a disk that hangs.
LOOK_LIMIT_S = 2
LOOK_TOTAL_S = 10
# An interpreter on a cold network disk; asked side by side.
ASK_LIMIT_S = 10
ASK = 'import sys;print(chr(30)+".".join(map(str,sys.version_info[:3]))+" "+sys.executable)'
MAX_PYTHONS = 64
LOGIND = ("/etc/systemd/logind.conf", "/etc/systemd/logind.conf.d/*.conf")


def diagnose(request):
    """Answers a request `probe` {diagnose: {pythons: [words]}}."""
    host = host_facts()
    found = pythons(request["diagnose"]["pythons"], host["home"])
    return {
        "host": host,
        "pythons": found,
        "bases": [base_facts(base) for base in runtime_dir.bases()],
        "killsUserProcesses": kills_user_processes(),
        "hasProc": os.path.isdir("/proc/self"),
        # Last: the client compares it to its own clock when the answer is there.
        "wallMs": time.time() * 1000,
    }


def pythons(words, home):
    """[{path, version or None, executable or None}] of each interpreter, in the order of the words."""
    places = {}

    def look(unit):
        places[unit.path] = places_of(unit.path, home)

    workers = Workers(LOOK_LIMIT_S, LOOK_TOTAL_S)
    for word in words:
        workers.add(word, look)
    workers.finish()
    paths = []
    for word in words:
        # A place that does not answer stands there by its word, as one that came to nothing.
        paths += [path for path in places.get(word, [word]) if path not in paths]
    found = [{"path": path[:4096], "version": None, "executable": None} for path in paths[:MAX_PYTHONS]]
    threads = [threading.Thread(target=ask, args=(one,), daemon=True) for one in found]
    for thread in threads:
        thread.start()
    until = time.monotonic() + ASK_LIMIT_S + 1
    for thread in threads:
        thread.join(max(0, until - time.monotonic()))
    return [dict(one) for one in found]


def places_of(word, home):
    """Paths that a word of the bootstrap stands for: a name in PATH, or a pattern."""
    if "/" not in word:
        paths = [shutil.which(word)]
    else:
        paths = sorted(glob.glob(home + word[1:] if word.startswith("~/") else word))
    return [path for path in paths if path and os.path.isfile(path) and os.access(path, os.X_OK)]


def ask(one):
    """Fills in what an interpreter says of itself; a shim or an old one says something else, or nothing."""
    try:
        answer = subprocess.run(
            [one["path"], "-I", "-S", "-c", ASK],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=ASK_LIMIT_S,
            start_new_session=True,
        )
    except (OSError, subprocess.SubprocessError):
        return
    text = os.fsdecode(answer.stdout[-4096:]).rpartition(chr(30))[2].strip()
    version, _, executable = text.partition(" ")
    if answer.returncode == 0 and version[:1].isdigit():
        one.update(version=version[:64], executable=executable[:4096] or None)


def base_facts(base):
    """Whether a session's directory can be made below `base`, tried, and what is known of the place."""
    facts = {"path": base[:4096], "problem": None, "trap": False}
    facts.update(mode=None, freeBytes=None, freeFiles=None, noexec=False, readOnly=False)
    try:
        facts["mode"] = "%o" % stat.S_IMODE(os.stat(base).st_mode)
        room = os.statvfs(base)
        facts["freeBytes"] = room.f_bavail * room.f_frsize
        # Some file systems count no files.
        facts["freeFiles"] = room.f_favail if room.f_files else None
        facts["noexec"] = bool(room.f_flag & os.ST_NOEXEC) if hasattr(os, "ST_NOEXEC") else False
        facts["readOnly"] = bool(room.f_flag & os.ST_RDONLY)
    except OSError:
        # What is in the way is said by the trial.
        pass
    try:
        directory, hold = runtime_dir.create_below(base, "d-%d-%d" % (os.getpid(), time.time_ns()))
        runtime_dir.remove(directory)
        os.close(hold)
    except runtime_dir.Unusable as problem:
        facts["problem"] = str(problem)[:1024]
    except AgentError as problem:
        facts["problem"], facts["trap"] = str(problem)[:1024], True
    return facts


def kills_user_processes():
    """Whether logind ends what a login leaves running; systemd's own default is not to."""
    value = "no"
    for pattern in LOGIND:
        for path in sorted(glob.glob(pattern)):
            for line in read_start(path).splitlines():
                name, _, told = line.partition("=")
                if name.strip() == "KillUserProcesses":
                    value = told.strip().lower()
    return value in ("yes", "true", "1", "on")
