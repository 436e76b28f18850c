"""Drives the real agent as a process, over pipes, with a runtime directory of its own."""
import importlib
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT_OF_AGENT = os.path.abspath(os.path.join(HERE, "../../../src/remote/agent"))
VIEWER = os.path.join(HERE, "viewer.py")
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

under_test = importlib.import_module("agent-under-test")
under_test.load()

from porthole_agent import processes  # noqa: E402

# How long a test waits for what must happen; nothing is expected to take a share of it.
PATIENCE_S = 60
# Well below the shortest lease of a test, also where the machine is busy.
RENEWAL_S = 0.1


class AgentProcess:
    """One agent: `request` for an answer, `viewer_state` and `log_text` for events."""

    def __init__(self, bases, linger="/nonexistent", env=None, killAfterS=None, clock=None):
        settings = json.dumps(
            {"bases": bases, "linger": linger, "killAfterS": killAfterS, "clock": clock}
        )
        flags = ["-I", "-S", "-B", "-u", "-X", "utf8"]
        self.process = subprocess.Popen(
            [sys.executable, *flags, os.path.join(HERE, "agent-under-test.py"), settings],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=env,
        )
        self.pending = b""
        self.frames = []
        self.last_id = 0

    def send(self, op, **parameters):
        self.last_id += 1
        self.send_line(json.dumps(dict(parameters, id=self.last_id, op=op)).encode())
        return self.last_id

    def send_line(self, line):
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def request(self, op, **parameters):
        """The reply: {"result"} or {"error"}."""
        number = self.send(op, **parameters)
        return self.take(lambda frame: frame.get("id") == number)

    def result(self, op, **parameters):
        reply = self.request(op, **parameters)
        if "result" not in reply:
            raise AssertionError("%s was refused: %s" % (op, reply))
        return reply["result"]

    def error(self, op, **parameters):
        return self.request(op, **parameters)["error"]

    def viewer_state(self, *states):
        """The next viewer event whose state is one of these; the lease does not run out meanwhile."""
        frame = self.take(
            lambda frame: frame.get("event") == "viewer" and frame["viewer"]["state"] in states,
            every=lambda: self.send("ping"),
        )
        return frame["viewer"]

    def log_until(self, text):
        """Waits until followed log events, put together, hold a text."""
        seen = ""
        while text not in seen:
            seen += self.take(lambda frame: frame.get("event") == "log")["text"]
        return seen

    def take(self, wanted, every=None):
        """Removes and returns the first frame that is wanted; others are kept for later.

        `every` is called now and then while nothing comes.
        """
        deadline = time.monotonic() + PATIENCE_S
        while True:
            for frame in self.frames:
                if wanted(frame):
                    self.frames.remove(frame)
                    return frame
            while every and not select.select([self.process.stdout], [], [], RENEWAL_S)[0]:
                if time.monotonic() > deadline:
                    break
                every()
            self.read(deadline)

    def read(self, deadline):
        left = max(0, deadline - time.monotonic())
        ready, _, _ = select.select([self.process.stdout], [], [], left)
        data = os.read(self.process.stdout.fileno(), 1 << 20) if ready else b""
        if not data:
            raise AssertionError("nothing more came; unclaimed frames: %s" % self.frames)
        *lines, self.pending = (self.pending + data).split(b"\n")
        for line in lines:
            assert line.startswith(b"\x1e"), line
            self.frames.append(json.loads(line[1:].decode("ascii")))

    def end_of_stdout(self):
        """Waits for the end of the agent, whatever it still says."""
        while self.process.stdout.read(65536):
            pass
        return self.process.wait(PATIENCE_S)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            # What was still to be written to it, nobody wants any more.
            pass


class AgentCase(unittest.TestCase):
    """A test with an agent and a base directory for sessions; nothing of either is left afterwards."""

    def setUp(self):
        # Short: socket paths have few characters to spend.
        self.base = os.path.realpath(tempfile.mkdtemp(prefix="porthole-test-"))
        self.addCleanup(shutil.rmtree, self.base, True)
        self.addCleanup(self.assert_nothing_runs)
        self.agent = self.new_agent()

    def new_agent(self, **settings):
        agent = AgentProcess(settings.pop("bases", [self.base]), **settings)
        self.addCleanup(agent.close)
        return agent

    def lose_patience(self):
        """From here on the agent kills what a viewer leaves soon: for viewers that never heed SIGTERM."""
        self.agent.close()
        self.agent = self.new_agent(killAfterS=0.2)

    @property
    def parent(self):
        return os.path.join(self.base, "porthole-%d" % os.getuid())

    def launch(self, *arguments, **changes):
        """Launches the test's viewer, and sees to its end; the reply."""
        agent = changes.pop("agent", self.agent)
        request = {
            "session": changes.pop("session", "s-1"),
            "graceS": changes.pop("graceS", 120),
            "storage": changes.pop("storage", None),
        }
        spec = {
            "argv": [sys.executable, "-I", VIEWER, *arguments],
            "env": {},
            "input": "",
            "endpoint": "socket",
            "healthPath": "/",
            "startTimeoutS": PATIENCE_S,
        }
        spec.update(changes)
        self.addCleanup(self.stop_quietly, str(request["session"]))
        return agent.request("launch", spec=spec, **request)

    def launch_ready(self, *arguments, **changes):
        """(result of the launch, ready state)."""
        agent = changes.get("agent", self.agent)
        reply = self.launch(*arguments, **changes)
        self.assertIn("result", reply)
        return reply["result"], agent.viewer_state("ready", "exited", "timeout")

    def stop_quietly(self, session):
        if os.path.exists(os.path.join(self.parent, session, "record.json")):
            agent = AgentProcess([self.base])
            agent.request("stop", session=session)
            agent.close()

    def children_of(self, directory):
        """Pids that the viewer has noted down."""
        with open(os.path.join(directory, "children")) as file:
            return [int(line) for line in file]

    def wait_for(self, what, condition):
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            self.assertLess(time.monotonic(), deadline, "waited in vain until " + what)
            time.sleep(0.01)

    def wait_gone(self, *pids):
        self.wait_for("%s are gone" % (pids,), lambda: not any(map(is_running, pids)))

    def assert_nothing_runs(self):
        marker = os.fsencode(self.base + "/")

        def left():
            return [pid for pid in os.listdir("/proc") if pid.isdigit() and marker in environ_of(pid)]

        self.wait_for("no process of the test is left", lambda: not left())


def is_running(pid):
    return processes.facts_of(pid) is not None


def environ_of(pid):
    try:
        with open("/proc/%s/environ" % pid, "rb") as file:
            return file.read()
    except OSError:
        return b""
