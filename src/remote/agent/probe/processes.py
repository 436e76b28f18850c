"""Running Pythons of this user, read from /proc: most likely trainings, and what they run from."""

import os

from porthole_agent.probe.environments import BY_PROGRAM
from porthole_agent.probe.files import read_bytes

MAX_ENVIRON_BYTES = 256 * 1024

# Programs that are no training: installers, editors' helpers, viewers.
HELPERS = frozenset(
    "pip pip3 pipx uv conda mamba poetry hatch virtualenv pylsp jedi-language-server pyright "
    "basedpyright ruff black mypy dmypy pylint lsp_server.py jupyter jupyter-lab jupyter-notebook "
    "jupyter-server jupyterhub-singleuser debugpy tensorboard runicorn mlflow aim venv http.server "
    "ensurepip multiprocessing.resource_tracker".split()
)

# Programs of the distribution, as root runs them.
SYSTEM_PROGRAMS = ("/usr/bin/", "/usr/sbin/", "/usr/lib/", "/usr/share/", "/snap/")

# How our agent is started; nobody types that.
AGENT_FLAGS = ["-I", "-S", "-B", "-u"]

# How far above a working directory the project's own directory may lie.
MAX_ANCESTORS = 3


def running_pythons(uid):
    """Processes as dicts: pid, parent, argv, script, cwd, exe, environ; none of porthole's own."""
    found = []
    for name in os.listdir("/proc") if os.path.isdir("/proc/self") else ():
        if name.isdigit() and int(name) != os.getpid():
            try:
                if os.stat("/proc/" + name).st_uid == uid:
                    one = read_process(int(name))
                    if one and not is_ours(one, uid):
                        found.append(one)
            except (OSError, ValueError, IndexError):
                # It has ended meanwhile, or may not be looked at.
                continue
    return found


def trainings(pythons):
    """Those that are most likely trainings: neither helpers nor workers of others."""
    found = {one["pid"]: one for one in pythons if not is_helper(one)}
    return [one for one in found.values() if not is_worker(one, found.get(one["parent"]))]


def read_process(pid):
    """What is known of a process; None where it is no Python."""
    base = "/proc/%d/" % pid
    exe = os.readlink(base + "exe").partition(" (deleted)")[0]
    if not os.path.basename(exe).startswith("python"):
        return None
    argv = os.fsdecode(read_bytes(base + "cmdline")).rstrip("\0").split("\0")
    environ = {}
    for line in os.fsdecode(read_bytes(base + "environ", MAX_ENVIRON_BYTES)).split("\0"):
        name, sign, value = line.partition("=")
        environ[name] = value
    # The name in parentheses may hold anything, also parentheses.
    fields = os.fsdecode(read_bytes(base + "stat")).rpartition(")")[2].split()
    return {
        "pid": pid,
        "parent": int(fields[1]),
        "argv": argv,
        "script": script_of(argv),
        "cwd": os.readlink(base + "cwd").partition(" (deleted)")[0],
        "exe": exe,
        "environ": environ,
    }


def script_of(argv):
    """What Python was told to run: a script, "-m module", "-c", or "" (interactive)."""
    rest = iter(argv[1:])
    for argument in rest:
        if not argument.startswith("-") or argument == "-":
            return argument
        if argument.startswith("--"):
            continue
        for position, letter in enumerate(argument[1:], 2):
            value = argument[position:]
            if letter == "m":
                return "-m " + (value or next(rest, ""))
            if letter == "c":
                return "-c"
            if letter in "WXQ":
                # Their value is the rest of the word, or the next one.
                value or next(rest, "")
                break
    return ""


def is_ours(process, uid):
    """Whether it is porthole's: an agent or watchdog, or a viewer in a session's directory."""
    mark = "/porthole-%d" % uid
    words = process["argv"] + [process["cwd"]]
    return process["argv"][1:5] == AGENT_FLAGS or any(
        word.startswith("porthole-") or mark + "/" in word or word.endswith(mark) for word in words
    )


def is_helper(process):
    """Whether it is known not to be a training."""
    script = process["script"]
    name = script[3:] if script.startswith("-m ") else os.path.basename(script)
    if script.startswith(SYSTEM_PROGRAMS) or "/.vscode-server/" in script:
        return True
    return name in HELPERS or name.partition(".")[0] in HELPERS


def is_worker(process, parent):
    """Whether it only works for its parent: a data loader's fork, or one of multiprocessing."""
    if parent is None:
        return False
    argv = process["argv"]
    return argv == parent["argv"] or (argv[1:2] != [] and "multiprocessing" in " ".join(argv[1:5]))


def prefixes_of(process):
    """Where its environment may lie, best first: of a venv, exe is only a link's target."""
    environ, program = process["environ"], process["argv"][0]
    found = []
    if os.path.basename(program).startswith("python"):
        if "/" in program:
            found.append(os.path.join(process["cwd"], program))
        else:
            # What a shell did: the first one in the search path.
            for directory in environ.get("PATH", "").split(os.pathsep):
                path = os.path.join(process["cwd"], directory, program)
                if os.path.realpath(path) == os.path.realpath(process["exe"]):
                    found.append(path)
                    break
    else:
        # It renamed itself: what the shell had activated, if that is the same interpreter.
        for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
            path = os.path.join(environ.get(name, ""), "bin/python")
            if os.path.isabs(path) and os.path.realpath(path) == os.path.realpath(process["exe"]):
                found.append(path)
    found.append(process["exe"])
    return [os.path.dirname(os.path.dirname(os.path.normpath(path))) for path in found]


def project_directories(cwd, home):
    """The working directory and those above it that may be the project's; never the home itself."""
    found = []
    while len(found) <= MAX_ANCESTORS and os.path.isabs(cwd) and cwd not in ("/", "/home", home):
        found.append(cwd)
        cwd = os.path.dirname(cwd)
    return found


class Processes:
    """The running Pythons, each led back to its environment."""

    def __init__(self, workers, environments, projects, storage, running):
        self.workers = workers
        self.environments = environments
        self.projects = projects
        self.storage = storage
        self.running = running
        self.found = []

    def read(self, uid, home):
        """Finds them; what each one leads to is looked at in a unit of its own."""
        pythons = running_pythons(uid)
        for process in trainings(pythons):
            self._start(process, home)
        self.running.look(pythons)

    def _start(self, process, home):
        self.workers.add(process["exe"], lambda unit: self._follow(process, home))

    def _follow(self, process, home):
        given = process["environ"].get("RUNICORN_DIR")
        if given:
            self.storage.add(os.path.join(process["cwd"], given), "RUNICORN_DIR")
        for directory in project_directories(process["cwd"], home):
            self.projects.look_into(directory)
            self.storage.add(os.path.join(directory, ".runicorn"), "training")
        process["prefixes"] = prefixes_of(process)
        for prefix in process["prefixes"]:
            self.environments.add(prefix, None, BY_PROGRAM)
        self.found.append(process)

    def uses(self, facts, real_of):
        """`inUse` by real path of the environment; of system Pythons by that of the interpreter."""
        found = {}
        for process in sorted(self.found, key=lambda one: one["pid"]):
            homes = [real_of.get(prefix) for prefix in process["prefixes"]] + [process["exe"]]
            for real in homes:
                if facts.get(real):
                    use = {"pid": process["pid"], "script": process["script"][:1024]}
                    found.setdefault(real, []).append(dict(use, cwd=process["cwd"]))
                    break
        return found
