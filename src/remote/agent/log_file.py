"""The log of a session: the last part of what the viewer printed, in two files."""
import os

LOG_NAME = "log"
# Half of what is kept; a full file becomes the older half.
MAX_FILE_BYTES = 512 * 1024
MAX_TAIL_BYTES = 2 * MAX_FILE_BYTES
# What goes with the report of a viewer's end.
REPORT_BYTES = 8192


class LogFile:
    """Appends to the log; never grows beyond its two files, and never fails for want of room."""

    def __init__(self, directory):
        self.path = os.path.join(directory, LOG_NAME)
        self.file = None
        self.size = 0
        # Kept here as well, so that a full disk does not hide why a viewer ended.
        self.recent = b""
        self.rotate()

    def append(self, data):
        self.recent = (self.recent + data)[-REPORT_BYTES:]
        try:
            if self.size + len(data) > MAX_FILE_BYTES:
                os.rename(self.path, self.path + ".1")
                self.rotate()
            if self.file is None:
                self.rotate()
            self.size += self.file.write(data)
        except OSError:
            # A full disk: the viewer is worth more than its log, which goes on when there is room again.
            return

    def rotate(self):
        if self.file is not None:
            self.file.close()
        self.file = None
        self.size = 0
        self.file = open(self.path, "ab", buffering=0)

    def report(self):
        """The last lines, for the report of a viewer's end."""
        return self.recent.decode("utf-8", "replace")


def tail(directory, lines):
    """The last `lines` lines of a session's log."""
    text = b""
    for name in (LOG_NAME + ".1", LOG_NAME):
        try:
            with open(os.path.join(directory, name), "rb") as file:
                text += file.read(MAX_FILE_BYTES + 65536)
        except OSError:
            # Nothing was rotated, or nothing printed, so far.
            continue
    kept = text[-MAX_TAIL_BYTES:].decode("utf-8", "replace").splitlines(True)
    return "".join(kept[-lines:]) if lines > 0 else ""
