"""Serves Runicorn's own viewer, unmodified, on a unix socket in the session's private directory.

Runs in the environment's interpreter, fed over stdin, with its settings in the global `config`:
{"storage": path, "socket": path}. Stdout carries one line, the address once it answers; whatever
Runicorn prints goes to stderr. Stdin is the lifeline: at its end the watchdog is gone.
"""

import json
import logging
import os
import signal
import socket
import stat
import sys
import threading

# For requests that are still open when the viewer is told to end (log streams stay open for ever).
CLOSE_OPEN_REQUESTS_S = 1
KILL_SELF_AFTER_S = 4


def main(config):
    # The working directory is nobody's package.
    sys.path[:] = [entry for entry in sys.path if entry]
    lifeline, reports = take_standard_streams()
    threading.Thread(target=end_with, args=(lifeline,), daemon=True).start()

    storage = as_path(config["storage"])
    require_utf8(storage)
    path = as_path(config["socket"])
    runtime = os.path.dirname(path)
    require_private(runtime)
    keep_logs_out_of_home(runtime)
    listener, address = listen(path)
    serve(storage, listener, lambda: report(reports, address))


def take_standard_streams():
    """Moves stdin and stdout out of the way, so that no child and no print of Runicorn's has them."""
    lifeline, reports = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return lifeline, reports


def end_with(lifeline):
    """Waits for the end of the pipe, then ends this process, gracefully where that does not take long."""
    while os.read(lifeline, 65536):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(KILL_SELF_AFTER_S)
    os._exit(1)


def as_path(text):
    """A path as JSON carries it (UTF-8, other bytes as lone surrogates), in this locale's encoding."""
    return os.fsdecode(text.encode("utf-8", "surrogateescape"))


def require_utf8(storage):
    """Runicorn's answers hold the path as UTF-8 text: with any other it answers each request with 500."""
    try:
        storage.encode("utf-8")
    except UnicodeEncodeError:
        sys.exit("Runicorn cannot show %r: the path is not valid UTF-8. Rename it." % storage)


def require_private(directory):
    """Whoever can enter the directory can read the experiments."""
    found = os.lstat(directory)
    if not stat.S_ISDIR(found.st_mode):
        sys.exit("Cannot serve in %r: it is not a directory." % directory)
    if found.st_uid != os.geteuid():
        sys.exit("Cannot serve in %r: it belongs to user %d." % (directory, found.st_uid))
    if found.st_mode & 0o077:
        mode = stat.S_IMODE(found.st_mode)
        sys.exit("Cannot serve in %r: its mode is %o, not 700." % (directory, mode))


def keep_logs_out_of_home(runtime):
    """Runicorn keeps log files in the home, which stay, and where it may not or cannot write.

    Up to 0.7.0 it leaves a logger alone that has a handler. Later releases take the place from
    these variables; they tidy up beside the last directory, so it has a parent of its own.
    """
    logging.getLogger("runicorn").addHandler(logging.StreamHandler())
    os.environ["RUNICORN_REMOTE_MODE"] = "1"
    os.environ["RUNICORN_REMOTE_LOG_DIR"] = os.path.join(runtime, "runicorn", "log")


def listen(path):
    """Binds the socket before the slow imports; loopback TCP where this file system has no sockets."""
    try:
        return listen_on_socket(path), {"kind": "socket"}
    except OSError as error:
        print("Cannot serve on %r: %s. Serving on 127.0.0.1." % (path, error), file=sys.stderr)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener, {"kind": "tcp", "port": listener.getsockname()[1]}


def listen_on_socket(path):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # uvicorn's own way would leave the socket with mode 0666.
    umask = os.umask(0o177)
    try:
        listener.bind(path)
    finally:
        os.umask(umask)
    listener.listen()
    return listener


def serve(storage, listener, on_listening):
    import uvicorn
    from runicorn.viewer import create_app

    class Server(uvicorn.Server):
        async def startup(self, sockets=None):
            await super().startup(sockets=sockets)
            if self.started:
                on_listening()

    server = Server(
        uvicorn.Config(
            create_app(storage=storage),
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=CLOSE_OPEN_REQUESTS_S,
        )
    )
    server.run(sockets=[listener])
    if not server.started:
        sys.exit("Runicorn's viewer did not start.")


def installed_version():
    """What is installed now: since it was looked up it may have been upgraded."""
    from importlib import metadata

    try:
        return metadata.version("runicorn")
    except metadata.PackageNotFoundError:
        # Run from its sources.
        return None


def report(stream, address):
    line = "\x1e%s\n" % json.dumps({"listening": address, "version": installed_version()})
    os.write(stream, line.encode("ascii"))
    os.close(stream)


main(config)  # noqa: F821 - set by whoever runs this text
