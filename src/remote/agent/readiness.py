"""From a viewer's start to its first healthy answer."""
import json
import os
import selectors
import time

from porthole_agent import processes
from porthole_agent.health import HealthCheck, owns_port
from porthole_agent.runtime_dir import SOCKET_NAME

# A connection to a socket that is not there yet costs microseconds; waiting longer would cost the user more.
TURN_S = 0.01
SLOW_TURN_S = 0.02
SLOW_AFTER_S = 1
# An answer that takes longer was meant for a connection that the viewer has lost.
ATTEMPT_S = 10
# A status line comes in one piece, or in a few.
LAST_READS = 8

REPORT_START = b"\x1e"
MAX_REPORT_BYTES = 4096


class Readiness:
    """Asks for the viewer's health until it is good; tells the supervision, which owns the selector."""

    def __init__(self, supervision, spec):
        self.supervision = supervision
        self.path = spec["healthPath"]
        self.any_answer = spec.get("healthyWhen") == "any-answer"
        self.started = time.monotonic()
        self.until = self.started + spec["startTimeoutS"]
        self.next_turn = self.started
        self.socket = {"kind": "socket", "path": os.path.join(supervision.directory, SOCKET_NAME)}
        self.endpoint = self.socket if spec["endpoint"] == "socket" else None
        if spec["endpoint"] == "port":
            self.endpoint = {"kind": "tcp", "port": spec["port"]}
        # As the viewer's report says it; None where it does not.
        self.version = None
        self.is_over = False
        self.attempt = None
        self.attempt_until = 0
        self.held = b""

    def check(self, now):
        """Goes on with it; false when the viewer's time is up."""
        if now >= self.until:
            return False
        if now >= self.next_turn:
            self.next_turn = now + (TURN_S if now < self.started + SLOW_AFTER_S else SLOW_TURN_S)
            if self.attempt is not None and now >= self.attempt_until:
                self.end_attempt()
            if self.attempt is None and self.endpoint is not None:
                self.begin_attempt(now)
        if self.attempt is not None or self.endpoint is None:
            # An event is waited for: the connection's, or the viewer's report.
            self.next_turn = min(self.until, self.attempt_until if self.attempt else self.until)
        return True

    def cease(self):
        """No more of it: the viewer is ready, or has ended."""
        self.is_over = True
        self.end_attempt()

    def take_last_answer(self):
        """The viewer has ended: what it answered before that may be noticed only after its end."""
        for _ in range(LAST_READS):
            self.on_attempt()

    def take_reports(self, data):
        """The viewer's output less its report of where it listens, which may come in pieces."""
        if self.is_over or self.endpoint is not None:
            return data
        data = self.held + data
        self.held = b""
        start = data.find(REPORT_START)
        if start < 0:
            return data
        end = data.find(b"\n", start)
        if end < 0 and len(data) - start <= MAX_REPORT_BYTES:
            self.held = data[start:]
            return data[:start]
        if end < 0:
            return data
        endpoint = self.reported(data[start + 1 : end])
        if endpoint is None:
            return data[: end + 1] + self.take_reports(data[end + 1 :])
        self.endpoint = endpoint
        self.next_turn = time.monotonic()
        return data[:start] + data[end + 1 :]

    def held_output(self):
        """What was held back for a report that never came to its end."""
        held, self.held = self.held, b""
        return held

    def reported(self, line):
        try:
            report = json.loads(line.decode())
            kind, port = report["listening"]["kind"], report["listening"].get("port")
            version = report.get("version")
        except (ValueError, LookupError, TypeError, AttributeError):
            return None
        self.version = version[:128] if isinstance(version, str) else None
        if kind == "socket":
            return self.socket
        if kind == "tcp" and type(port) is int and 0 < port < 65536:
            return {"kind": "tcp", "port": port}
        return None

    def begin_attempt(self, now):
        attempt = HealthCheck(self.endpoint, self.path, self.any_answer)
        if attempt.refused:
            return
        self.attempt = attempt
        self.attempt_until = now + ATTEMPT_S
        self.supervision.selector.register(
            attempt.connection, selectors.EVENT_WRITE, self.on_attempt
        )

    def on_attempt(self):
        if self.attempt is None:
            return
        outcome = self.attempt.proceed()
        if outcome == "healthy" and self.is_trusted():
            self.supervision.become_ready(self.endpoint)
        elif outcome is not None:
            self.end_attempt()
            self.next_turn = time.monotonic() + SLOW_TURN_S
        elif not self.attempt.is_writing():
            self.supervision.selector.modify(
                self.attempt.connection, selectors.EVENT_READ, self.on_attempt
            )

    def is_trusted(self):
        """A port could be anyone's; the socket's directory is ours alone."""
        if self.endpoint["kind"] == "socket":
            return True
        return owns_port(processes.descendants(os.getpid()), self.endpoint["port"])

    def end_attempt(self):
        if self.attempt is not None:
            self.supervision.selector.unregister(self.attempt.connection)
            self.attempt.connection.close()
            self.attempt = None
