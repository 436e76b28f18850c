"""Runs the bundled viewer from memory, and serves it in the session's private directory.

Runs in the agent's own interpreter, fed over stdin, with its settings in the global `config`:
{"archive": text, "runtime": path, "settings": {...}}. A module is decoded when it is imported: most are
not needed for the first answer. Worker processes import them from files, which are written below the runtime
directory when the first one starts; the watchdog removes them with the directory.
"""

import base64
import os
import re
import sys
import threading
import zlib
from importlib.machinery import ModuleSpec


def main(config):
    modules = Modules(config["archive"], os.path.join(as_path(config["runtime"]), "viewer"))
    sys.meta_path.insert(0, modules)
    from porthole_viewer.main import serve

    serve(config["settings"])


def as_path(text):
    """A path as JSON carries it (UTF-8, other bytes as lone surrogates), in this locale's encoding."""
    return os.fsdecode(text.encode("utf-8", "surrogateescape"))


class Modules:
    """Finder and loader of what an archive holds."""

    def __init__(self, archive, place):
        table, _, coded = zlib.decompress(base64.b64decode(archive)).partition(b"\0")
        # One byte from 0x80 on, or two: see words.ts, which has coded them.
        codes = [bytes((first,)) for first in range(0x80, 0xE4)]
        codes += [bytes((first, second)) for first in range(0xE4, 0x100) for second in range(0x80, 0x100)]
        self.words = dict(zip(codes, table.split(b"\n")))
        parts = coded.split(b"\0")
        names = (self.decode(name).decode("ascii") for name in parts[::2])
        self.coded = dict(zip(names, parts[1::2]))
        self.place = place
        self.lock = threading.Lock()
        self.is_put_down = False

    def decode(self, part):
        parts = re.split(rb"([\x80-\xe3]|[\xe4-\xff][\x80-\xff])", part)
        parts[1::2] = map(self.words.__getitem__, parts[1::2])
        return b"".join(parts)

    def find_spec(self, name, path=None, target=None):
        place = name.replace(".", "/")
        for file, is_package in ((place + ".py", False), (place + "/__init__.py", True)):
            if file in self.coded:
                return ModuleSpec(name, self, origin=file, is_package=is_package)
        return None

    def create_module(self, spec):
        # None asks for a module of the ordinary kind.
        return None

    def exec_module(self, module):
        source = self.decode(self.coded[module.__spec__.origin])
        exec(compile(source, "<%s>" % module.__name__, "exec"), module.__dict__)

    def put_down(self):
        """Writes all modules as files, once; where they are. Raises OSError."""
        with self.lock:
            for file, part in () if self.is_put_down else self.coded.items():
                path = os.path.join(self.place, *file.split("/"))
                os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
                with open(path, "wb") as to:
                    to.write(self.decode(part))
            self.is_put_down = True
        return self.place


main(config)  # noqa: F821 - set by whoever runs this text
