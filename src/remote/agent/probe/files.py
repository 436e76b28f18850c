"""Bounded reads: a fifo, a device or a huge file must not hold up or swell the probe."""

import errno
import os
import stat

# Far above any pyvenv.cfg, .condarc or direct_url.json.
MAX_TEXT_BYTES = 64 * 1024


def read_bytes(path, limit=MAX_TEXT_BYTES):
    """At most `limit` bytes of a regular file; raises OSError for anything else."""
    # Without O_NONBLOCK, opening a fifo waits for its writer.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", path)
        pieces = []
        while limit > 0:
            piece = os.read(descriptor, limit)
            if not piece:
                break
            pieces.append(piece)
            limit -= len(piece)
        return b"".join(pieces)
    finally:
        os.close(descriptor)


def read_text(path, limit=MAX_TEXT_BYTES):
    """As `read_bytes`; bytes that are no text survive as surrogates, as they do in file names."""
    return os.fsdecode(read_bytes(path, limit))


def read_if_there(path, limit=MAX_TEXT_BYTES):
    """The text of a file, or "" where it is missing or cannot be read."""
    try:
        return read_text(path, limit)
    except OSError:
        return ""


def names_in(directory):
    """Names in a directory; none where there is no such directory. Other failures are raised."""
    try:
        return os.listdir(directory)
    except (FileNotFoundError, NotADirectoryError):
        return []


def settings(text):
    """The `key = value` lines of a pyvenv.cfg, keys in lower case."""
    found = {}
    for line in text.splitlines():
        key, sign, value = line.partition("=")
        if sign:
            found[key.strip().lower()] = value.strip()
    return found


def reason_of(error):
    """What an OSError says, without its number and path."""
    return (error.strerror or type(error).__name__).lower()
