"""One stream: a connection to a viewer, and what waits on either side of it."""
import selectors
import socket
from collections import deque

from porthole_agent.streams.frames import COUNT, DATA, END, MAX_PAYLOAD, RESET, WINDOW
from porthole_agent.streams.windows import PART, STREAM_WINDOW

# Of what the link still takes, one stream takes no more than a quarter at a time, but at least this.
LEAST_READ = 8192


class Stream:
    """One connection to a viewer."""

    def __init__(self, streams, number, connection):
        self.streams = streams
        self.number = number
        self.connection = connection
        self.selector = streams.agent.selector
        self.events = 0
        # What may still be sent to the client, and what the client may still send.
        self.credit = STREAM_WINDOW
        self.room = STREAM_WINDOW
        self.taken = 0
        self.waiting = deque()
        # "open", "ended" by the client while something waits, "closed", or "failed" where the viewer takes no more.
        self.writing = "open"
        self.reading = "open"

    def watch(self):
        """Wakes for what can be done: reading where the client takes more, writing where something waits."""
        events = 0
        if self.reading == "open" and self.credit > 0 and self.streams.credit > 0:
            events |= selectors.EVENT_READ
        if self.waiting:
            events |= selectors.EVENT_WRITE
        if events == self.events:
            return
        if not self.events:
            self.selector.register(self.connection, events, self.proceed)
        elif events:
            self.selector.modify(self.connection, events, self.proceed)
        else:
            self.selector.unregister(self.connection)
        self.events = events

    def proceed(self):
        self.write()
        self.read()
        if self.connection is not None:
            self.watch()

    def read(self):
        # Another stream may have used up the link since this one was found ready.
        of_link = min(self.streams.credit, max(LEAST_READ, self.streams.credit // 4))
        size = min(MAX_PAYLOAD, self.credit, of_link)
        if self.reading != "open" or size <= 0:
            return
        try:
            data = self.connection.recv(size)
        except BlockingIOError:
            return
        except ConnectionResetError:
            # Closed without having read all: its answer has come before that, and ends like any other.
            data = b""
        except OSError as problem:
            self.reset(problem)
            return
        if data:
            self.credit -= len(data)
            self.streams.spend(self, len(data))
            self.streams.send(DATA, self.number, data)
            return
        self.reading = "closed"
        self.streams.send(END, self.number)
        self.close_if_over()

    def write(self):
        try:
            while self.waiting:
                count = self.connection.send(self.waiting[0])
                self.waiting[0] = self.waiting[0][count:]
                if not self.waiting[0]:
                    self.waiting.popleft()
                self.give_back(count)
            if self.writing == "ended":
                self.connection.shutdown(socket.SHUT_WR)
                self.writing = "closed"
        except BlockingIOError:
            return
        except (BrokenPipeError, ConnectionResetError):
            # It may have answered before it has read all: that is still to be read.
            self.waiting.clear()
            self.writing = "failed"
        self.close_if_over()

    def give_back(self, count):
        self.taken += count
        if self.taken * PART >= STREAM_WINDOW:
            self.room += self.taken
            self.streams.send(WINDOW, self.number, COUNT.pack(self.taken))
            self.taken = 0

    # What the client says.

    def on_data(self, data):
        self.room -= len(data)
        if self.room < 0 or self.writing in ("ended", "closed"):
            self.reset("more was sent than there is room for")
        elif self.writing == "failed":
            self.give_back(len(data))
        else:
            self.waiting.append(memoryview(data))
            self.write()
            if self.connection is not None:
                self.watch()

    def on_frame(self, kind, payload):
        if kind == WINDOW:
            self.credit += COUNT.unpack(payload)[0]
        elif kind == END and self.writing == "open":
            self.writing = "ended"
            self.write()
        elif kind == RESET:
            self.close()
        if self.connection is not None:
            self.watch()

    # Its end.

    def close_if_over(self):
        if self.reading == "closed" and self.writing in ("closed", "failed"):
            self.close()

    def reset(self, problem):
        self.streams.send(RESET, self.number, str(problem)[:200].encode("ascii", "replace"))
        self.close()

    def close(self):
        if self.connection is None:
            return
        if self.events:
            self.selector.unregister(self.connection)
        self.connection.close()
        self.connection = None
        self.streams.forget(self.number)
