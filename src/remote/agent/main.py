"""The agent's loop: requests from stdin, frames to stdout, events of the sessions that it holds."""
import json
import os
import selectors
import signal
import socket
import threading
import time
from collections import deque

from porthole_agent import operations, runtime_dir
from porthole_agent.control import LinkEnded
from porthole_agent.errors import AgentError
from porthole_agent.lines import LineBuffer, LineTooLong, encode
from porthole_agent.log_file import REPORT_BYTES, tail

MAX_REQUEST_BYTES = 8 * 1024 * 1024
READ_BYTES = 65536
# A viewer has five seconds to end, and some more where it must be killed.
STOP_LIMIT_S = 15
# How long an agent that holds no session lives on a link that has gone silent without an end.
SILENCE_LIMIT_S = 120


def main(received=b""):
    """Runs the agent until its connection ends; `received` is what came after the agent's own source."""
    agent = Agent(0, 1)
    try:
        agent.run(received)
    except (ConnectionError, LineTooLong):
        # Nobody reads us any more, or nobody that we know.
        pass
    finally:
        agent.finish_stops()
        # Other threads may hang on a dead file system: they are not waited for.
        os._exit(0)


class Agent:
    """`stdin` and `stdout` are file descriptors."""

    def __init__(self, stdin, stdout):
        self.stdin = stdin
        self.stdout = stdout
        self.requests = LineBuffer(MAX_REQUEST_BYTES)
        self.write_lock = threading.Lock()
        self.selector = selectors.DefaultSelector()
        self.links = []
        # (link, reply) that threads have made, for the loop to take; a byte through `waker` tells of them.
        self.new_links = deque()
        self.wakened, self.waker = socket.socketpair()
        self.umask = os.umask(0o077)
        # (session, thread) of requests that others wait for.
        self.launches = []
        self.stops = []
        self.is_over = False

    def run(self, received):
        self.expect_life()
        self.selector.register(self.stdin, selectors.EVENT_READ, self.on_stdin)
        self.selector.register(self.wakened, selectors.EVENT_READ, self.on_wake)
        self.take_requests(received)
        while not self.is_over:
            for key, _ in self.selector.select():
                key.data()

    def expect_life(self):
        """
        A black-holed link gives no end of file for hours: unless the client is heard within the longest
        lease, the kernel ends this process, also while it is stuck in a write.
        """
        longest = max((link.grace_s for link in self.links if link.grace_s), default=SILENCE_LIMIT_S)
        signal.setitimer(signal.ITIMER_REAL, longest)

    # What happens.

    def on_stdin(self):
        data = os.read(self.stdin, READ_BYTES)
        if not data:
            self.is_over = True
            return
        self.take_requests(data)
        self.expect_life()

    def on_wake(self):
        self.wakened.recv(READ_BYTES)
        while self.new_links:
            link, reply = self.new_links.popleft()
            link.connection.setblocking(False)
            self.links.append(link)
            self.selector.register(
                link.connection, selectors.EVENT_READ, lambda link=link: self.on_link(link)
            )
            # Whoever reads this reply may ping at once, and finds the session held and its lease renewed.
            self.write(reply)
            self.tell(link)
        self.expect_life()

    def on_link(self, link):
        try:
            link.read()
        except (LinkEnded, LineTooLong, ValueError):
            self.tell(link)
            self.lose(link)
            return
        self.tell(link)

    # Requests.

    def take_requests(self, data):
        for line in self.requests.feed(data):
            if line.strip():
                self.take_request(line)

    def take_request(self, line):
        try:
            request = json.loads(line.decode())
        except (ValueError, RecursionError):
            request = None
        number = request.get("id") if isinstance(request, dict) else None
        if type(number) is not int or number < 0:
            # Id 0 is no request's: clients count from 1.
            self.refuse(0, AgentError("bad-request", "A request is a JSON object with an id"))
            return
        op = request.get("op")
        if op == "ping":
            self.write({"id": number, "result": self.renew()})
        elif op == "load":
            self.carry_out(number, request, operations.load)
        elif op == "streams":
            self.carry_out(number, request, self.carry_streams)
        elif op == "launch":
            thread = self.in_thread(number, request, self.launch)
            self.launches.append((request.get("session"), thread))
        elif op == "stop":
            thread = self.in_thread(number, request, self.stop)
            self.stops.append((request.get("session"), thread))
        elif isinstance(op, str) and op in operations.OPERATIONS:
            self.in_thread(number, request, operations.OPERATIONS[op])
        else:
            self.refuse(number, AgentError("unknown-op", "This agent has no %r" % (op,)))

    def in_thread(self, number, request, operation):
        """For what may wait, for a disk or a process: pings are answered meanwhile."""
        thread = threading.Thread(
            target=self.carry_out_to_end, args=(number, request, operation), daemon=True
        )
        thread.start()
        return thread

    def carry_out_to_end(self, number, request, operation):
        try:
            self.carry_out(number, request, operation)
        except ConnectionError:
            self.is_over = True
            self.waker.send(b"\0")

    def carry_out(self, number, request, operation):
        try:
            result, link = operation(request)
        except AgentError as problem:
            self.refuse(number, problem)
        except Exception as problem:
            text = "%s: %s" % (type(problem).__name__, problem)
            self.refuse(number, AgentError("internal", text))
        else:
            reply = {"id": number, "result": result}
            if link is None:
                self.write(reply)
            else:
                self.new_links.append((link, reply))
                self.waker.send(b"\0")

    def launch(self, request):
        return operations.launch(request, self.umask, self.release)

    def stop(self, request):
        """Also of a session whose launch is still at work: else it would come up after its end."""
        for session, thread in list(self.launches):
            if session == request.get("session"):
                thread.join()
        return operations.stop(request)

    def carry_streams(self, request):
        from porthole_agent.streams.main import carry

        return carry(self), None

    def finish_stops(self):
        """The client may hang up as soon as it has asked for a stop."""
        until = time.monotonic() + STOP_LIMIT_S
        for _, thread in self.stops:
            thread.join(max(0, until - time.monotonic()))

    def renew(self):
        held = [link for link in self.links if link.purpose == "viewer"]
        for link in held:
            link.renew()
        return {"sessions": sorted({link.session for link in held})}

    # Frames.

    def tell(self, link):
        """Passes on what a watchdog said."""
        for message in link.take_messages():
            if link.purpose == "log":
                self.write({"event": "log", "session": link.session, "text": message["log"]})
            else:
                self.tell_state(link, message["viewer"])

    def tell_state(self, link, state):
        link.state = state
        self.write({"event": "viewer", "session": link.session, "viewer": state})

    def lose(self, link):
        """A watchdog ends when its session does; where it was killed, its viewer went with it."""
        self.selector.unregister(link.connection)
        link.close()
        self.links.remove(link)
        if link.purpose == "viewer" and link.state["state"] in ("starting", "ready"):
            directory = runtime_dir.find(link.session)
            text = "" if directory is None else tail(directory, 200)[-REPORT_BYTES:]
            was_ready = link.state["state"] == "ready"
            ending = {"state": "exited", "exitCode": None, "signal": None}
            self.tell_state(link, dict(ending, wasReady=was_ready, logTail=text))

    def refuse(self, number, problem):
        self.write({"id": number, "error": problem.as_reply()})

    def write(self, message):
        self.write_bytes(b"\x1e" + encode(message))

    def write_bytes(self, data):
        with self.write_lock:
            try:
                while data:
                    data = data[os.write(self.stdout, data) :]
            except OSError:
                raise ConnectionError("nobody reads us any more")

    def release(self):
        """Closes, in a process forked from this one, what belongs to the agent."""
        self.selector.close()
        self.wakened.close()
        self.waker.close()
        for link in self.links + [link for link, _ in self.new_links]:
            link.close()
