"""
The watchdog's control socket: JSON lines, a reply to each request and events in between.

Requests: {"op": "attach" | "renew" | "stop"}, {"op": "log", "lines", "follow"}; `renew` has no reply.
Events: {"viewer": state} to who attached, {"log": text} to who follows.
"""
import json
import os
import socket
import time

from porthole_agent.lines import LineBuffer, encode

CONTROL_NAME = "control.sock"
# The log's 1 MiB, should every character of it be escaped.
MAX_LINE_BYTES = 8 * 1024 * 1024
READ_BYTES = 65536
# A client that reads too slowly misses parts of the log, never a state.
MAX_WAITING_BYTES = 1024 * 1024
# Nothing tells when there is room again at the door of a socket.
TURN_S = 0.02


class LinkEnded(Exception):
    """The other end of a control connection is gone."""

    pass


class Link:
    """The agent's end of a control connection; `purpose` says which events it carries."""

    def __init__(self, connection, session, purpose):
        self.connection = connection
        self.session = session
        self.purpose = purpose
        self.state = {"state": "starting"}
        # The lease that this link holds, in seconds; None for one that holds none.
        self.grace_s = None
        self.buffer = LineBuffer(MAX_LINE_BYTES)
        self.messages = []

    def ask(self, request, timeout_s):
        """Sends a request and waits for its reply. Raises LinkEnded, socket.timeout."""
        self.connection.settimeout(timeout_s)
        try:
            self.connection.sendall(encode(request))
        except BrokenPipeError:
            raise LinkEnded
        return self.next_message()

    def next_message(self):
        while not self.messages:
            self.read()
        return self.messages.pop(0)

    def read(self):
        """Takes in what has arrived. Raises LinkEnded."""
        try:
            data = self.connection.recv(READ_BYTES)
        except BlockingIOError:
            return
        except ConnectionError:
            raise LinkEnded
        if not data:
            raise LinkEnded
        self.messages.extend(json.loads(line) for line in self.buffer.feed(data))

    def renew(self):
        """Renews the lease. A watchdog that hangs misses it; one that is gone is told by the loop."""
        try:
            self.connection.send(encode({"op": "renew"}))
        except OSError:
            return

    def take_messages(self):
        messages, self.messages = self.messages, []
        return messages

    def close(self):
        self.connection.close()


def connect(directory, purpose, limit_s):
    """
    A link to the watchdog of a session. Raises OSError where nobody listens, also where it takes nobody on
    within the limit: so many have asked one that hangs that no more may wait there.
    """
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.setblocking(False)
        until = time.monotonic() + limit_s
        while True:
            try:
                connection.connect(os.path.join(directory, CONTROL_NAME))
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise
                time.sleep(TURN_S)
    except OSError:
        connection.close()
        raise
    return Link(connection, os.path.basename(directory), purpose)


def listen(directory):
    """The listening control socket; the directory, which is ours alone, keeps others out."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(os.path.join(directory, CONTROL_NAME))
    listener.listen(16)
    listener.setblocking(False)
    return listener


class Client:
    """The watchdog's end of a control connection. Nothing here blocks."""

    def __init__(self, connection):
        connection.setblocking(False)
        self.connection = connection
        self.buffer = LineBuffer(READ_BYTES)
        self.waiting = b""
        self.wants_states = False
        self.wants_log = False

    def read(self):
        """Requests that have arrived; None when the client is gone."""
        try:
            data = self.connection.recv(READ_BYTES)
        except BlockingIOError:
            return []
        except OSError:
            return None
        if not data:
            return None
        return [json.loads(line) for line in self.buffer.feed(data)]

    def send(self, message):
        self.waiting += encode(message)
        self.flush()

    def send_log(self, text):
        if len(self.waiting) < MAX_WAITING_BYTES:
            self.send({"log": text})

    def flush(self):
        try:
            while self.waiting:
                self.waiting = self.waiting[self.connection.send(self.waiting) :]
        except BlockingIOError:
            return
        except OSError:
            # Gone; its end of file follows.
            self.waiting = b""
