"""The watchdog's loop: one viewer from its start to its end, under a lease."""
import os
import selectors
import signal
import time

from porthole_agent import processes
from porthole_agent.health import free_port, is_taken, listening_at
from porthole_agent.log_file import LogFile
from porthole_agent.record import write_record
from porthole_agent.readiness import Readiness
from porthole_agent.switchboard import Switchboard
from porthole_agent.viewer_process import Ending, ViewerProcess, fill_in

READ_BYTES = 65536
# While processes end, those that are not our children are looked for this often.
ENDING_TURN_S = 0.05


class Supervision:
    """
    `state` is the protocol's viewerState.

    The lease runs on the monotonic clock, which stands still while the machine sleeps: whoever was to
    renew it could not reach us either, and finds the viewer alive when both are awake again.
    """

    def __init__(self, record, spec, umask, signals, listener):
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
        self.umask = umask
        self.listener = listener
        # Starts, of which there may be a second one where the port was taken from the first.
        self.starts = 0
        # At most one ending at a time; `leaving` is set when the session goes with it.
        self.ending = None
        self.timed_out = False
        self.elsewhere = []
        self.leaving = False
        self.is_over = False
        self.selector.register(signals, selectors.EVENT_READ, self.on_signal)
        self.start_viewer()

    def run(self):
        """Returns when viewer and directory are gone."""
        while not self.is_over:
            for key, _ in self.selector.select(self.seconds_to_wait()):
                key.data()
            self.check_time(time.monotonic())

    def start_viewer(self):
        self.starts += 1
        spec = self.spec
        if spec["endpoint"] == "port":
            # Chosen here, and at the last moment.
            port = free_port()
            spec = dict(fill_in(spec, {"port": str(port)}), port=port)
        self.viewer = ViewerProcess(self.directory, spec, self.umask, self.listener)
        self.input = spec["input"].encode("utf-8", "surrogateescape")
        self.readiness = Readiness(self, spec)
        self.note_viewer({"viewer": self.viewer.identity})
        self.selector.register(self.viewer.output_fd, selectors.EVENT_READ, self.on_output)
        self.selector.register(self.viewer.input_fd, selectors.EVENT_WRITE, self.on_input_wanted)

    def start_again(self):
        """The viewer has ended, and somebody else has the port that it was told: another port, once."""
        self.readiness.cease()
        self.drain_output()
        for fd in (self.viewer.output_fd, self.viewer.input_fd):
            if fd in self.selector.get_map():
                self.selector.unregister(fd)
            os.close(fd)
        self.start_viewer()

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
        # A socket of ours is all that its viewer needs; one with a port may have opened more.
        at = [] if endpoint["kind"] == "socket" else self.listening_at()
        self.change_state(dict(state, version=self.readiness.version, listensAt=at))

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
        is_first = self.starts == 1 and self.state["state"] == "starting" and self.ending is None
        if is_first and self.spec["endpoint"] == "port" and is_taken(self.readiness.endpoint["port"]):
            return self.start_again()
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

    def listening_at(self):
        return listening_at(processes.descendants(os.getpid()))[:16]

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
            self.elsewhere = self.listening_at()
            self.begin_ending()

    def go_on_ending(self, now):
        outcome = self.ending.proceed(now)
        self.look_for_exit()
        if outcome is None:
            return
        if self.timed_out and self.state["state"] == "starting":
            self.drain_output()
            at = self.elsewhere
            self.change_state({"state": "timeout", "logTail": self.log.report(), "listensAt": at})
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
