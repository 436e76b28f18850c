"""Small JSON files that a training may be writing just now."""

import json
import os
import stat
import time
from collections import namedtuple

from porthole_viewer.storage.root import OPEN_FLAGS

MAX_BYTES = 16 * 1024 * 1024
# The SDK truncates and writes: a reader can come in between. Older files are broken for good.
BEING_WRITTEN_S = 2
RETRY_S = 0.05

# `value`: the JSON's object, or None. `mark`: changes when the file does. `problem`: a sentence, or None.
Document = namedtuple("Document", ("value", "mark", "problem"))
MISSING = Document(None, None, None)


def read_document(path, before=MISSING):
    """The file's JSON object, or `before` where it has not changed; a torn file keeps its last good value."""
    document = read_once(path, before)
    if document.mark == () and before.value is None:
        time.sleep(RETRY_S)
        document = read_once(path, before)
    return document


def read_once(path, before):
    try:
        if before.mark and mark_of(os.stat(path, follow_symlinks=False)) == before.mark:
            return before
        # A link could lead outside; the SDK makes none.
        descriptor = os.open(path, OPEN_FLAGS | os.O_NOFOLLOW)
    except FileNotFoundError:
        return MISSING
    except OSError as error:
        return Document(None, ("unreadable", error.errno), "%s: %s" % (name_of(path), error.strerror))
    try:
        found = os.fstat(descriptor)
        mark = mark_of(found)
        if mark == before.mark:
            return before
        if not stat.S_ISREG(found.st_mode):
            return Document(None, mark, "%s is no file" % name_of(path))
        if found.st_size > MAX_BYTES:
            return Document(None, mark, "%s is above 16 MB" % name_of(path))
        return parse(path, read_all(descriptor, found.st_size), mark, before)
    except OSError as error:
        return Document(before.value, (), "%s: %s" % (name_of(path), error.strerror))
    finally:
        os.close(descriptor)


def parse(path, data, mark, before):
    try:
        value = json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        return Document(value, mark, None)
    problem = "%s is not valid JSON" % name_of(path) if value is None else "%s holds no object" % name_of(path)
    # An empty mark: looked at again the next time.
    fresh = time.time() - mark[0] / 1e9 < BEING_WRITTEN_S
    return Document(before.value, () if fresh else mark, problem)


def mark_of(found):
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def read_all(descriptor, size):
    data = os.read(descriptor, size + 1)
    while len(data) < size:
        part = os.read(descriptor, size - len(data))
        if not part:
            break
        data += part
    return data


def name_of(path):
    return os.fsencode(os.path.basename(path)).decode("utf-8", "replace")
