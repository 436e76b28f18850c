"""Keys of runs: their directory relative to the root, as text that any client can send back."""

import os
import re

from porthole_viewer.errors import bad_parameter

# Lone surrogates are how Python carries bytes of a name that are not UTF-8.
TO_ESCAPE = re.compile("[\x00-\x1f\x7f%\ud800-\udfff]")
ESCAPED = re.compile("%([0-9A-F]{2})")


def key_of(relative):
    """The key of a relative path (as os.fsdecode gives it)."""
    return TO_ESCAPE.sub(escape, relative)


def relative_of(key, parameter="run"):
    """The relative path of a key; what is none, or would lead upwards, is refused."""
    return checked(os.fsdecode(unescape(key)), parameter)


def checked(relative, parameter):
    """The path, if none of its parts leads anywhere but downwards."""
    parts = relative.split("/")
    if "\0" in relative or any(part in ("", ".", "..") for part in parts):
        message = "The parameter %s is no path below the storage." % parameter
        raise bad_parameter(parameter, message)
    return relative


def display(path):
    """A path for people: bytes that are not UTF-8 are U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")


def escape(match):
    return "".join("%%%02X" % byte for byte in os.fsencode(match.group()))


def unescape(key):
    pieces = ESCAPED.split(key)
    # Text and two hexadecimal digits by turns.
    return b"".join(
        bytes([int(piece, 16)]) if number % 2 else piece.encode("utf-8", "surrogateescape")
        for number, piece in enumerate(pieces)
    )
