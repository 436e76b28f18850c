"""JSON lines, as they travel between client, agent and watchdog."""
import json


class LineTooLong(Exception):
    """The other end sent more than the limit without ending the line."""

    pass


class LineBuffer:
    """Cuts a stream of bytes into lines of at most `limit` bytes."""

    def __init__(self, limit):
        self.limit = limit
        self.parts = []
        self.size = 0

    def feed(self, data):
        """Takes bytes in; gives the lines that they complete, without their newline."""
        *complete, rest = data.split(b"\n")
        lines = []
        for part in complete:
            self.hold(part)
            lines.append(b"".join(self.parts))
            self.parts = []
            self.size = 0
        if rest:
            self.hold(rest)
        return lines

    def hold(self, part):
        self.size += len(part)
        if self.size > self.limit:
            raise LineTooLong("a line is longer than %d bytes" % self.limit)
        self.parts.append(part)


def encode(message):
    """One line. ASCII only: names that are not UTF-8 travel as lone surrogates, `\\udcXX`."""
    return json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"
