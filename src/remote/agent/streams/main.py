"""Streams from the client to viewers on this machine, where ssh gives no forward: over the agent's own pipes."""
import json
import socket

from porthole_agent.streams.frames import COUNT, OPEN, RESET, WINDOW, Splitter, frame
from porthole_agent.streams.stream import Stream
from porthole_agent.streams.windows import FIRST_LINK_WINDOW, LinkWindow

# Stands for all streams together.
LINK = 0


def carry(agent):
    """From here on frames may stand between the lines."""
    agent.requests = Splitter(agent.requests, Streams(agent))
    return {}


class Streams:
    """All streams of one agent. Nothing here blocks but the agent's own stdout, which the client always reads."""

    def __init__(self, agent):
        self.agent = agent
        self.streams = {}
        self.window = LinkWindow()
        # What may still be sent to the client, of all streams together.
        self.credit = FIRST_LINK_WINDOW

    def send(self, kind, number, payload=b""):
        self.agent.write_bytes(frame(kind, number, payload))

    def on_frame(self, kind, number, payload):
        if kind == OPEN:
            self.open(number, payload)
        elif kind == WINDOW and number == LINK:
            had_none = self.credit <= 0
            self.credit += COUNT.unpack(payload)[0]
            for stream in list(self.streams.values()) if had_none else ():
                stream.watch()
        elif number in self.streams:
            self.streams[number].on_frame(kind, payload)

    def on_data(self, number, data):
        returned = self.window.arrived(len(data))
        if returned:
            self.send(WINDOW, LINK, COUNT.pack(returned))
        # One that has ended here may not have heard of it there.
        if number in self.streams:
            self.streams[number].on_data(data)

    def open(self, number, payload):
        try:
            connection = connect(json.loads(payload.decode()))
        except (OSError, ValueError, LookupError, TypeError) as problem:
            self.send(RESET, number, str(problem)[:200].encode("ascii", "replace"))
            return
        stream = self.streams[number] = Stream(self, number, connection)
        stream.watch()

    def spend(self, stream, count):
        """Counts what goes to the client; whoever was served last comes last when the link is short."""
        self.credit -= count
        self.streams[stream.number] = self.streams.pop(stream.number)

    def forget(self, number):
        self.streams.pop(number, None)


def connect(endpoint):
    """A connection to a viewer, which may still be on its way. Raises OSError where nobody listens."""
    is_socket = endpoint["kind"] == "socket"
    connection = socket.socket(socket.AF_UNIX if is_socket else socket.AF_INET)
    connection.setblocking(False)
    try:
        connection.connect(endpoint["path"] if is_socket else ("127.0.0.1", endpoint["port"]))
    except BlockingIOError:
        if is_socket:
            connection.close()
            raise
    except BaseException:
        connection.close()
        raise
    return connection
