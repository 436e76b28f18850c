"""Prints what the files of a storage (argv[1]) look like: their places, and the kinds of their values, as JSON."""

import json
import os
import re
import sys

# What a reader leaves alone, and what the SDKs keep for themselves.
IGNORED = re.compile(r"\.lock$|\.db(-\w+)?$|\.outputs_state\.json$|(^|/)\.dedup/|(^|/)\.complete$")
PLACES = (
    (re.compile(r"\d{8}_\d{6}_[0-9a-f]{6}"), "RUN"),
    (re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}"), "xx/SHA256"),
    (re.compile(r"[0-9a-f]{40}_"), "SHA1_"),
    (re.compile(r"media/\d+_[0-9a-f]{6}_"), "media/TIME_HEX_"),
)


def main(storage):
    found = {}
    for directory, _, names in os.walk(storage):
        for name in names:
            path = os.path.join(directory, name)
            relative = os.path.relpath(path, storage)
            if not IGNORED.search(relative):
                found[place_of(relative)] = shape_of_file(path)
    print(json.dumps(found, sort_keys=True))


def place_of(relative):
    for pattern, word in PLACES:
        relative = pattern.sub(word, relative)
    return relative


def shape_of_file(path):
    with open(path, "rb") as file:
        data = file.read()
    if path.endswith(".json"):
        return shape_of(json.loads(data))
    if path.endswith(".jsonl"):
        return [shape_of(json.loads(line)) for line in data.splitlines()]
    if path.endswith("logs.txt"):
        return re.sub(r"\d", "0", data.decode())
    return "bytes"


def shape_of(value):
    """Keys in their order, and kinds of values; names that are data (of files, aliases) are kept, too."""
    if isinstance(value, dict):
        # Order is of no meaning to a reader; a name that is missing is.
        return {re.sub(r"^[0-9a-f]{40,}$", "HASH", key): shape_of(one) for key, one in value.items()}
    if isinstance(value, list):
        return [shape_of(one) for one in value]
    if isinstance(value, bool) or value is None:
        return str(value)
    return "number" if isinstance(value, (int, float)) else "text"


main(*sys.argv[1:])
