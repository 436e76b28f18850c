"""The viewer as processes of ours: how it starts, what belongs to it, how it ends."""
import os
import re
import signal
import socket

from porthole_agent import processes
from porthole_agent.runtime_dir import SOCKET_NAME

KILL_AFTER_S = 5
# What forks faster than we look is caught sooner or later; looking at every process costs.
KILL_AGAIN_S = 0.5
# A process that is stuck in the kernel (a dead file system) dies when that lets it go: nobody waits for it.
GIVE_UP_AFTER_S = 12
# In the environment of everything that a viewer starts: by it a later agent finds what a dead watchdog left.
MARKER = "PORTHOLE_SESSION_DIRECTORY"
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
# Where a viewer finds a socket that is listened on for it, as systemd has it.
LISTEN_FD = 3
BACKLOG = 512


class ViewerProcess:
    """
    A viewer in a session and process group of its own.

    `input_fd` is its stdin, `output_fd` its stdout and stderr; both are ours to close and do not block.
    `listener` is handed over to it and closed here.
    `status` is None until it has ended, then what waitpid says.
    """

    def __init__(self, directory, spec, umask, listener=None):
        self.status = None
        prctl = load_prctl()
        # What leaves its group, or outlives its parent, becomes our child: nothing gets away.
        self.is_subreaper = prctl(PR_SET_CHILD_SUBREAPER, 1) == 0
        stdin, self.input_fd = os.pipe()
        self.output_fd, output = os.pipe()
        environment = viewer_environment(os.environ, spec["env"], directory)
        if spec.get("searchFirst"):
            paths = [spec["searchFirst"], environment.get("PATH") or os.defpath]
            environment["PATH"] = os.pathsep.join(paths)
        watchdog = os.getpid()
        # Up to its exec the viewer has our handlers, which would swallow what is meant to end it.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        self.pid = os.fork()
        if self.pid == 0:
            try:
                reset_signals()
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
                os.setsid()
                prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
                if os.getppid() != watchdog:
                    os._exit(1)
                os.dup2(stdin, 0)
                os.dup2(output, 1)
                os.dup2(output, 2)
                if listener is not None:
                    hand_over(listener, environment)
                os.umask(umask)
                place = spec.get("cwd") or directory
                os.chdir(os.path.dirname(place) if os.path.isfile(place) else place)
                os.execvpe(spec["argv"][0], spec["argv"], environment)
            except Exception as problem:
                os.write(2, ("Cannot start %r: %s\n" % (spec["argv"][0], problem)).encode())
            finally:
                os._exit(127)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        os.close(stdin)
        os.close(output)
        if listener is not None:
            # The viewer's alone: whoever waits there hears of its end.
            listener.close()
        os.set_blocking(self.input_fd, False)
        os.set_blocking(self.output_fd, False)
        self.identity = processes.identity_of(self.pid)

    def reap(self):
        """Collects whatever has ended; true when nothing of the viewer is left."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return self.is_subreaper or not self.members()
            if pid == 0:
                return False
            if pid == self.pid:
                self.status = status

    def members(self):
        """Pids of the viewer's processes: its group, and all that descends from it."""
        return processes.descendants(os.getpid(), group=self.pid)


class Ending:
    """SIGTERM to all of a viewer, SIGKILL to what is left after five seconds."""

    def __init__(self, viewer, now):
        self.viewer = viewer
        self.kill_at = now + KILL_AFTER_S
        self.give_up_at = now + GIVE_UP_AFTER_S
        members = viewer.members()
        self.outcome = "terminated" if members else "gone"
        processes.signal_each(members, signal.SIGTERM)
        # A stopped process hears SIGTERM only when it goes on.
        processes.signal_each(members, signal.SIGCONT)

    def proceed(self, now):
        """None while something is left; then "terminated", "killed", or "gone" where nothing was to end."""
        if self.viewer.reap() or now >= self.give_up_at:
            return self.outcome
        if now >= self.kill_at:
            self.outcome = "killed"
            self.kill_at = now + KILL_AGAIN_S
            processes.signal_each(self.viewer.members(), signal.SIGKILL)
        return None


def fill_in(spec, places):
    """The spec with what `places` has for the names in braces; others stay."""

    def fill(text):
        return text and re.sub(r"{([a-z]+)}", lambda one: places.get(one.group(1), one.group()), text)

    return dict(
        spec,
        argv=[fill(word) for word in spec["argv"]],
        env={name: fill(value) for name, value in spec["env"].items()},
        cwd=fill(spec.get("cwd")),
        input=fill(spec["input"]),
    )


def viewer_environment(login, added, directory):
    """The login's environment, less what speaks of our connection, with the spec's additions."""
    environment = {
        name: value
        for name, value in login.items()
        if not name.startswith(("SSH_ASKPASS", "PORTHOLE_"))
    }
    # Our ssh runs under LC_ALL=C so that its messages can be read; some set-ups send that along.
    if environment.get("LC_ALL") == "C":
        del environment["LC_ALL"]
    if not any(environment.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG")):
        environment["LANG"] = "C.UTF-8"
    for name, value in added.items():
        environment.pop(name, None)
        if value is not None:
            environment[name] = value
    environment[MARKER] = directory
    return environment


def listen_for_viewer(directory):
    """A socket for a viewer that is yet to start: who asks it waits; None where the file system has none."""
    path = os.path.join(directory, SOCKET_NAME)
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(path)
        os.chmod(path, 0o600)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        return None
    return listener


def hand_over(listener, environment):
    """Between fork and exec."""
    os.dup2(listener.fileno(), LISTEN_FD)
    # Where it had that number already, nothing was copied.
    os.set_inheritable(LISTEN_FD, True)
    environment.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")


def load_prctl():
    """Linux's prctl; elsewhere, or without ctypes, a stand-in that says that it failed."""
    try:
        import ctypes

        prctl = ctypes.CDLL(None).prctl
    except (ImportError, OSError, AttributeError):
        return lambda option, value: -1
    return lambda option, value: prctl(option, ctypes.c_ulong(value), 0, 0, 0)


def reset_signals():
    """Handlers go with exec, but that is yet to come; ignored signals would stay ignored."""
    for number in (
        signal.SIGHUP,
        signal.SIGINT,
        signal.SIGQUIT,
        signal.SIGPIPE,
        signal.SIGTERM,
    ):
        signal.signal(number, signal.SIG_DFL)
