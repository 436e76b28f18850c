"""The watchdog's loop: one viewer from its start to its end, under a lease."""
import os
import selectors
import signal
import time

from porthole_agent.log_file import LogFile
from porthole_agent.record import write_record
from porthole_agent.readiness import Readiness
from porthole_agent.switchboard import Switchboard
from porthole_agent.viewer_process import Ending, ViewerProcess

READ_BYTES = 65536
# While processes end, those that are not our children are looked for this often.
ENDING_TURN_S = 0.05


class Supervision:
    """
    `state` is the protocol's viewerState.

    The lease runs on the monotonic clock, which stands still while the machine sleeps: whoever was to
    renew it could not reach us either, and finds the viewer alive when both are awake again.
    """

    def __init__(self, record, spec, umask, signals):
        self.record = record
        self.directory = record["directory"]
        self.spec = spec
        self.selector = selectors.DefaultSelector()
        self.signals = signals
        self.state = {"state": "starting"}
        self.lease_until = 0
        self.renew()
        self.log = LogFile(self.directory)
        self.switchboard = Switchboard(self)
        self.viewer = ViewerProcess(self.directory, spec, umask)
        self.input = spec["input"].encode("utf-8", "surrogateescape")
        self.readiness = Readiness(self, spec)
        # At most one ending at a time; `leaving` is set when the session goes with it.
        self.ending = None
        self.timed_out = False
        self.leaving = False
        self.is_over = False
        self.note_viewer({"viewer": self.viewer.identity})
        self.selector.register(signals, selectors.EVENT_READ, self.on_signal)
        self.selector.register(self.viewer.output_fd, selectors.EVENT_READ, self.on_output)
        self.selector.register(self.viewer.input_fd, selectors.EVENT_WRITE, self.on_input_wanted)

    def run(self):
        """Returns when viewer and directory are gone."""
        while not self.is_over:
            for key, _ in self.selector.select(self.seconds_to_wait()):
                key.data()
            self.check_time(time.monotonic())

    def renew(self):
        self.lease_until = time.monotonic() + self.record["graceS"]

    def stop(self):
        """Ends viewer and session; who asked is told at the end."""
        self.leaving = True
        self.begin_ending()

    def become_ready(self, endpoint):
        self.record["endpoint"] = endpoint
        self.note_viewer({"endpoint": endpoint})
        start_ms = (time.monotonic() - self.readiness.started) * 1000
        identity = self.viewer.identity
        state = {"state": "ready", "endpoint": endpoint, "viewer": identity, "startMs": start_ms}
        self.change_state(dict(state, version=self.readiness.version))

    # What happens.

    def on_signal(self):
        numbers = self.signals.recv(64)
        if signal.SIGTERM in numbers:
            self.stop()
        self.viewer.reap()
        self.look_for_exit()

    def on_output(self):
        try:
            data = os.read(self.viewer.output_fd, READ_BYTES)
        except BlockingIOError:
            return
        if not data:
            # Closed by the viewer, which may live on.
            self.selector.unregister(self.viewer.output_fd)
            return
        self.take_output(self.readiness.take_reports(data))

    def on_input_wanted(self):
        try:
            self.input = self.input[os.write(self.viewer.input_fd, self.input) :]
        except BlockingIOError:
            return
        except OSError:
            # It has closed its stdin; what it did not read it does not need.
            self.input = b""
        if not self.input:
            # Kept open: its end tells the viewer that the watchdog is gone.
            self.selector.unregister(self.viewer.input_fd)

    # What follows.

    def take_output(self, data):
        if data:
            self.log.append(data)
            self.switchboard.send_log(data)

    def look_for_exit(self):
        is_known = self.timed_out or self.state["state"] == "exited"
        if self.viewer.status is None or is_known:
            return
        self.readiness.take_last_answer()
        self.drain_output()
        code, number = how_it_ended(self.viewer.status)
        self.change_state(
            {
                "state": "exited",
                "exitCode": code,
                "signal": number,
                "wasReady": self.state["state"] == "ready",
                "logTail": self.log.report(),
            }
        )
        # Its children have no one to serve any more.
        self.begin_ending()

    def drain_output(self):
        """Takes what was printed before the end. Others may hold the pipe open: its end is not waited for."""
        for _ in range(64):
            try:
                data = os.read(self.viewer.output_fd, READ_BYTES)
            except BlockingIOError:
                break
            if not data:
                break
            self.take_output(data)
        self.take_output(self.readiness.held_output())

    def change_state(self, state):
        self.state = state
        self.readiness.cease()
        self.switchboard.send_state(state)

    def begin_ending(self):
        if self.ending is None:
            self.ending = Ending(self.viewer, time.monotonic())

    def seconds_to_wait(self):
        now = time.monotonic()
        waits = [] if self.leaving else [self.lease_until - now]
        if self.ending is not None:
            waits.append(ENDING_TURN_S)
        elif self.state["state"] == "starting":
            waits.append(self.readiness.next_turn - now)
        # A day at most: epoll counts milliseconds in 32 bits.
        return min(max(0, min(waits)), 86400)

    def check_time(self, now):
        if now >= self.lease_until and not self.leaving:
            self.stop()
        if self.ending is not None:
            self.go_on_ending(now)
        elif self.state["state"] == "starting" and not self.readiness.check(now):
            self.timed_out = True
            self.begin_ending()

    def go_on_ending(self, now):
        outcome = self.ending.proceed(now)
        self.look_for_exit()
        if outcome is None:
            return
        if self.timed_out and self.state["state"] == "starting":
            self.drain_output()
            self.change_state({"state": "timeout", "logTail": self.log.report()})
        if self.leaving:
            self.switchboard.leave(outcome)
            self.is_over = True
        self.ending = None

    def note_viewer(self, facts):
        self.record.update(facts)
        try:
            write_record(self.directory, self.record)
        except OSError:
            # A full disk: the marker in the viewer's environment still tells what is ours.
            return


def how_it_ended(status):
    """(exit code or None, signal or None) of a wait status."""
    if os.WIFSIGNALED(status):
        return None, os.WTERMSIG(status)
    return os.WEXITSTATUS(status), None
