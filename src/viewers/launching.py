"""What launchers of viewers share; comes before each of them, in one text.

A launcher runs in the environment's interpreter, fed over stdin, with its settings in the global
`config`. Stdout carries one line, the address once it is served; whatever the viewer prints goes to
stderr. Stdin is the lifeline: at its end the watchdog is gone.
"""

import json
import os
import signal
import socket
import stat
import sys
import threading

KILL_SELF_AFTER_S = 4


def prepare():
    """Guards against what lies around, and ties this process to the watchdog; returns where to report."""
    # The working directory is nobody's package.
    sys.path[:] = [entry for entry in sys.path if entry]
    lifeline, reports = take_standard_streams()
    threading.Thread(target=end_with, args=(lifeline,), daemon=True).start()
    return reports


def take_standard_streams():
    """Moves stdin and stdout out of the way, so that no child and no print of the viewer has them."""
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


def report(stream, address, distribution):
    """Says where it is served, and the version of what is installed now: it may have been upgraded."""
    line = "\x1e%s\n" % json.dumps({"listening": address, "version": installed_version(distribution)})
    os.write(stream, line.encode("ascii"))
    os.close(stream)


def installed_version(distribution):
    from importlib import metadata

    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        # Run from its sources.
        return None


def find_below(root, is_wanted, levels=4):
    """Paths at or below `root` that are wanted, by name and kind; those higher up first, each level sorted."""
    found = [root] if is_wanted(root) else []
    level = [root] if os.path.isdir(root) else []
    for _ in range(levels):
        below = []
        for directory in level:
            try:
                names = sorted(os.listdir(directory))
            except OSError:
                # Others may be readable.
                continue
            below += [os.path.join(directory, name) for name in names]
        found += [path for path in below if is_wanted(path)]
        level = [path for path in below if os.path.isdir(path) and not os.path.islink(path)]
    return found


def the_one(found, what, root):
    """The first of what was found; several are said, none ends this."""
    if not found:
        sys.exit("There is no %s at or below %r." % (what, root))
    if len(found) > 1:
        print("Taking %r; there are also: %s" % (found[0], ", ".join(map(repr, found[1:9]))), file=sys.stderr)
    return found[0]


def call(function, words):
    """Runs the function behind a console script with these words, which the process list does not show."""
    sys.argv[:] = words
    sys.exit(function())


def uvicorn_serves(listener, on_listening):
    """Makes whatever server uvicorn starts in this process serve the listener and nothing else."""
    import uvicorn

    startup = uvicorn.Server.startup

    async def start_here(self, sockets=None):
        for other in sockets or ():
            other.close()
        await startup(self, sockets=[listener])
        if self.started:
            on_listening()

    uvicorn.Server.startup = start_here
