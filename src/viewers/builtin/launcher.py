"""Unpacks the bundled viewer into the session's private directory and serves it from there.

Runs in the agent's own interpreter, fed over stdin, with its settings in the global `config`:
{"archive": text, "runtime": path, "settings": {...}}. The modules lie there as files, since the
viewer's worker processes import them, too; the watchdog removes them with the directory.
"""

import base64
import os
import re
import sys
import zlib


def main(config):
    place = os.path.join(as_path(config["runtime"]), "viewer")
    unpack(config["archive"], place)
    sys.path.insert(0, place)
    from porthole_viewer.main import serve

    serve(config["settings"])


def as_path(text):
    """A path as JSON carries it (UTF-8, other bytes as lone surrogates), in this locale's encoding."""
    return os.fsdecode(text.encode("utf-8", "surrogateescape"))


def unpack(archive, place):
    table, _, coded = zlib.decompress(base64.b64decode(archive)).partition(b"\0")
    words = table.split(b"\n")

    def word(code):
        first, *second = code[0]
        # One byte from 0x80 on, or two: see words.ts, which has coded them.
        return words[100 + (first - 0xE4) * 128 + second[0] - 0x80 if second else first - 0x80]

    parts = re.sub(rb"[\x80-\xe3]|[\xe4-\xff][\x80-\xff]", word, coded).split(b"\0")
    for name, source in zip(parts[::2], parts[1::2]):
        path = os.path.join(place, *name.decode("ascii").split("/"))
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(path, "wb") as file:
            file.write(source)


main(config)  # noqa: F821 - set by whoever runs this text
