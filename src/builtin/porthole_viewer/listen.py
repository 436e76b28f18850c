"""The socket that only this account reaches."""

import os
import socket
import stat
import sys

# What is handed to us as systemd does it.
FIRST_GIVEN_FD = 3
# A page opens many connections at once, and so do 200 pages.
BACKLOG = 512


def listen(path):
    """(listener, address): a unix socket, or loopback TCP where this file system has no sockets."""
    require_private(os.path.dirname(path))
    given = given_listener()
    if given is not None:
        return given, {"kind": "socket"}
    try:
        return listen_on_socket(path), {"kind": "socket"}
    except OSError as error:
        print("Cannot serve on %r: %s. Serving on 127.0.0.1." % (path, error), file=sys.stderr)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    listener.listen(BACKLOG)
    return listener, {"kind": "tcp", "port": listener.getsockname()[1]}


def given_listener():
    """The socket that whoever starts us listens on already: who asks early waits, and is not refused."""
    pid, count = os.environ.pop("LISTEN_PID", None), os.environ.pop("LISTEN_FDS", None)
    if pid != str(os.getpid()) or count != "1":
        return None
    listener = socket.socket(fileno=FIRST_GIVEN_FD)
    # Worker processes have no business with it.
    listener.set_inheritable(False)
    return listener


def require_private(directory):
    """Whoever can enter the directory can read the experiments."""
    try:
        found = os.lstat(directory)
    except OSError as error:
        sys.exit("Cannot serve in %r: %s." % (directory, error.strerror))
    mode, owner = stat.S_IMODE(found.st_mode), found.st_uid
    if not stat.S_ISDIR(found.st_mode) or owner != os.geteuid() or mode & 0o077:
        sys.exit(
            "Cannot serve in %r: it is no directory of our own with mode 700 (user %d, mode %o)."
            % (directory, owner, mode)
        )


def listen_on_socket(path):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    umask = os.umask(0o177)
    try:
        listener.bind(path)
    finally:
        os.umask(umask)
    listener.listen(BACKLOG)
    return listener
