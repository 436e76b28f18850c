"""The directories in a directory, for whoever looks for a storage root by hand. Nothing here ever writes."""

import os
import threading
import time

from porthole_agent.probe.files import reason_of
from porthole_agent.storage import describe

# A dead network mount answers never; what was read until then is better than nothing.
LIMIT_S = 3.0
MAX_READ = 20000
MAX_ENTRIES = 1000


class Listing:
    """What one thread reads while another waits for it."""

    def __init__(self, path):
        self.path = path
        self.deadline = time.monotonic() + LIMIT_S
        self.names = []
        self.details = {}
        self.read = 0
        self.problem = None

    def run(self):
        try:
            self.find()
        except OSError as error:
            self.problem = reason_of(error).capitalize() + "."
            return
        for name in sorted(self.names, key=order)[:MAX_ENTRIES]:
            if time.monotonic() > self.deadline:
                return
            self.details[name] = details(os.path.join(self.path, name))

    def find(self):
        with os.scandir(self.path) as entries:
            for entry in entries:
                self.read += 1
                if self.read > MAX_READ or time.monotonic() > self.deadline:
                    return
                if is_directory(entry):
                    self.names.append(entry.name)

    def result(self, state):
        """The `directoryResult` of the protocol; `state`: whether the thread is done, or still hangs."""
        names = sorted(list(self.names), key=order)
        hangs = "It did not answer within %d s." % LIMIT_S
        parent = os.path.dirname(self.path.rstrip("/")) or "/"
        return {
            "path": self.path,
            "parent": None if self.path.strip("/") == "" else parent,
            "entries": [
                dict(self.details.get(name, UNKNOWN), name=name) for name in names[:MAX_ENTRIES]
            ],
            "truncated": len(names) > MAX_ENTRIES or self.read > MAX_READ,
            "problem": self.problem or (hangs if state == "hangs" else None),
        }


# Where time ran out before it was looked at: whoever enters it will see.
UNKNOWN = {"readable": True, "isRoot": False}


def list_directory(path):
    """What is in it; for a path that is no directory, or cannot be read, `problem` says so."""
    place = describe(path)
    listing = Listing(place["path"])
    if place["kind"] == "missing":
        listing.problem = "It does not exist."
        return listing.result("done")
    if place["kind"] != "directory":
        listing.problem = "It is not a directory."
        return listing.result("done")
    thread = threading.Thread(target=listing.run, daemon=True)
    thread.start()
    thread.join(LIMIT_S + 0.5)
    return listing.result("hangs" if thread.is_alive() else "done")


def details(path):
    return {
        "readable": os.access(path, os.R_OK | os.X_OK),
        "isRoot": os.path.isdir(os.path.join(path, "runs")),
    }


def is_directory(entry):
    try:
        return entry.is_dir()
    except OSError:
        return False


def order(name):
    """Hidden ones last, case aside."""
    return (name.startswith("."), name.lower(), name)
