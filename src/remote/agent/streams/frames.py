"""
Frames of bytes between the lines of the agent's stdin and stdout: 0x1f, kind, stream, length, payload.

JSON holds no raw 0x1f: where a line may begin, one begins a frame.
"""
import struct

MARK = 0x1F
HEADER = struct.Struct(">BBII")
MAX_PAYLOAD = 64 * 1024
# Payload of WINDOW: bytes that may be sent beside those before.
COUNT = struct.Struct(">I")

OPEN, DATA, END, RESET, WINDOW = 1, 2, 3, 4, 5
# Longest payload of the other kinds, which are taken as a whole.
MAX_WHOLE = 8192


def frame(kind, stream, payload=b""):
    return HEADER.pack(MARK, kind, stream, len(payload)) + payload


class Splitter:
    """In the place of the agent's line buffer: gives lines as that does, and frames to `streams`."""

    def __init__(self, lines, streams):
        self.lines = lines
        self.streams = streams
        self.header = b""
        self.kind = self.stream = self.left = 0
        self.whole = b""

    def feed(self, data):
        lines = []
        while data:
            if self.left:
                part, data = data[: self.left], data[self.left :]
                self.left -= len(part)
                self.take(part)
            elif self.header or (data[0] == MARK and not self.lines.size):
                missing = HEADER.size - len(self.header)
                self.header, data = self.header + data[:missing], data[missing:]
                if len(self.header) == HEADER.size:
                    self.begin()
            else:
                end = data.find(b"\n") + 1 or len(data)
                lines += self.lines.feed(data[:end])
                data = data[end:]
        return lines

    def begin(self):
        _, self.kind, self.stream, self.left = HEADER.unpack(self.header)
        self.header = b""
        self.whole = b""
        if self.left > (MAX_PAYLOAD if self.kind == DATA else MAX_WHOLE):
            raise ConnectionError("a frame is longer than any of ours")
        if not self.left:
            self.take(b"")

    def take(self, part):
        if self.kind == DATA:
            self.streams.on_data(self.stream, part)
            return
        self.whole += part
        if not self.left:
            self.streams.on_frame(self.kind, self.stream, self.whole)
