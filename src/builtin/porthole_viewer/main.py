"""Start and end of the viewer; API.md, section Start, says how it is started."""

import json
import os
import signal
import sys
import threading
import time

from porthole_viewer.settings import parse_settings

# A connection that waits for the disk does not keep the viewer from ending.
KILL_SELF_AFTER_S = 4


def main():
    """Reads the settings from stdin and serves until its end."""
    line = read_line(0)
    try:
        settings = json.loads(line)
    except ValueError:
        sys.exit("The viewer's settings are not a line of JSON.")
    serve(settings)


def serve(settings):
    """Serves until end of stdin or SIGTERM; exits with a sentence where it cannot start."""
    settings = parse_settings(settings)
    lifeline, reports = take_standard_streams()
    signal.signal(signal.SIGTERM, Once(sys.exit))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Requests go before the reading of big files, which holds the interpreter for long stretches.
    sys.setswitchinterval(0.001)

    from porthole_viewer.app import App
    from porthole_viewer.listen import listen
    from porthole_viewer.server import Server

    listener, address = listen(settings.socket)
    app = App(settings)
    try:
        threading.Thread(target=end_with, args=(lifeline,), daemon=True).start()
        report(reports, address)
        Server(listener, app).run()
    finally:
        if address["kind"] == "socket":
            unlink_quietly(settings.socket)
        # What threads say while their workers are ended is no news.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        app.kill_workers()
        # Threads that wait for clients are not waited for.
        os._exit(0)


def read_line(descriptor):
    """One line, byte for byte as long as it takes: what follows it belongs to nobody."""
    line = b""
    while not line.endswith(b"\n"):
        part = os.read(descriptor, 65536)
        if not part:
            break
        line += part
    return line


def take_standard_streams():
    """Moves stdin and stdout out of the way, so that no child and no print has them."""
    lifeline, reports = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return lifeline, reports


def end_with(lifeline):
    """Waits for the end of the pipe, then ends this process."""
    try:
        while os.read(lifeline, 65536):
            pass
    except OSError:
        # A terminal or socket that is gone is an end, too.
        pass
    deadline = time.monotonic() + KILL_SELF_AFTER_S
    while time.monotonic() < deadline:
        # Again and again: one that comes just before it waits for a connection is not noticed there.
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.05)
    os._exit(1)


class Once:
    """A handler that ends the program, and leaves it alone while it is ending."""

    def __init__(self, end):
        self.end = end

    def __call__(self, *_):
        end, self.end = self.end, lambda code: None
        end(0)


def report(stream, address):
    line = "\x1e%s\n" % json.dumps({"listening": address})
    os.write(stream, line.encode("ascii"))
    os.close(stream)


def unlink_quietly(path):
    try:
        os.unlink(path)
    except OSError:
        # The session's directory may be gone already.
        pass
