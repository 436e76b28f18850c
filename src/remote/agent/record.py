"""record.json: what outlives a watchdog, so that a later agent can tell and end what is left."""
import json
import os

RECORD_NAME = "record.json"


def write_record(directory, record):
    """Replaces the record as a whole: readers see the old one or the new one."""
    path = os.path.join(directory, RECORD_NAME)
    draft = path + ".tmp"
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(record, file)
    os.rename(draft, path)


def read_record(directory):
    """The record of a session, or None where there is none (yet), or it is damaged."""
    try:
        with open(os.path.join(directory, RECORD_NAME), encoding="ascii") as file:
            record = json.load(file)
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None
