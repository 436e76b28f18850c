"""Who a process is, and which processes belong together."""
import os

from porthole_agent.host_facts import first_line

# Where the kernel shows processes; elsewhere (macOS, BSD) `ps` is asked.
PROC = "/proc"


def identity_of(pid):
    """The `processIdentity` of a living process, or None: a pid alone may have changed hands."""
    facts = facts_of(pid)
    if facts is None:
        return None
    return {"pid": pid, "startTime": facts[2], "bootId": boot_id()}


def is_alive(identity):
    """Whether the process of this identity, and no other under its pid, still runs."""
    return identity is not None and identity_of(identity["pid"]) == identity


def boot_id():
    """Without /proc it is empty: there the start time is a date, which no other boot repeats."""
    return first_line(PROC + "/sys/kernel/random/boot_id") or ""


def facts_of(pid):
    """(parent, process group, start time) of a process; None where it is gone or a zombie."""
    if not has_proc():
        rows = ask_ps("-p", str(pid))
        return rows.get(pid)
    try:
        with open("%s/%d/stat" % (PROC, pid), "rb") as file:
            text = file.read()
    except OSError:
        return None
    # The name in parentheses may itself hold spaces and parentheses.
    fields = text[text.rindex(b")") + 2 :].split()
    if fields[0] in (b"Z", b"X"):
        return None
    return int(fields[1]), int(fields[2]), fields[19].decode()


def all_processes():
    """{pid: (parent, process group, start time)} of every process that can be seen."""
    if not has_proc():
        return ask_ps("-A")
    found = ((int(name), facts_of(int(name))) for name in os.listdir(PROC) if name.isdigit())
    return {pid: facts for pid, facts in found if facts is not None}


def descendants(root, group=None):
    """Pids below `root`, and those of process group `group`, which `root` leads no more."""
    table = all_processes()
    found = {pid for pid, facts in table.items() if group is not None and facts[1] == group}
    children = {}
    for pid, facts in table.items():
        children.setdefault(facts[0], []).append(pid)
    waiting = [root]
    while waiting:
        below = children.get(waiting.pop(), [])
        found.update(below)
        waiting.extend(below)
    return found


def carrying(variable):
    """Pids of this user's processes with `variable` (NAME=value) in the environment they were started with."""
    marker = b"\0" + os.fsencode(variable) + b"\0"
    found = set()
    for name in os.listdir(PROC) if has_proc() else []:
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            with open(PROC + "/" + name + "/environ", "rb") as file:
                environ = file.read()
        except OSError:
            # Gone by now, or someone else's.
            continue
        if marker in b"\0" + environ and facts_of(int(name)) is not None:
            found.add(int(name))
    return found


def signal_each(pids, number):
    """Sends a signal; who is gone by now needs none, and what runs as another user cannot be had."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            continue


def has_proc():
    return os.path.exists(PROC + "/self/stat")


def ask_ps(*selection):
    import subprocess

    columns = ["-o", "pid=", "-o", "ppid=", "-o", "pgid=", "-o", "stat=", "-o", "lstart="]
    try:
        answer = subprocess.run(
            ["ps", *selection, *columns],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(os.environ, LC_ALL="C"),
            timeout=10,
        )
    except OSError:
        return {}
    table = {}
    for line in answer.stdout.decode("ascii", "replace").splitlines():
        pid, parent, group, state, started = line.split(None, 4)
        if not state.startswith("Z"):
            table[int(pid)] = (int(parent), int(group), started.strip())
    return table
