"""What the viewer is started with."""

import os
import sys
from collections import namedtuple

Settings = namedtuple("Settings", ("socket", "storage", "manage", "workers"))

MAX_WORKERS = 4


def parse_settings(given):
    """Settings from the line on stdin; exits with a sentence where they are not right."""
    if not isinstance(given, dict):
        sys.exit("The viewer's settings are not right.")
    unknown = sorted(set(given) - set(Settings._fields))
    if unknown:
        sys.exit("The viewer does not know the setting %r." % unknown[0])
    manage = given.get("manage", False)
    workers = given.get("workers", min(MAX_WORKERS, os.cpu_count() or 1))
    if not isinstance(manage, bool):
        sys.exit("The setting manage is not right.")
    if not isinstance(workers, int) or not 1 <= workers <= 64:
        sys.exit("The setting workers is not right.")
    return Settings(
        absolute_path(given, "socket"), absolute_path(given, "storage"), manage, workers
    )


def absolute_path(given, name):
    """A path as JSON carries it (other bytes than UTF-8 as lone surrogates), in this locale's encoding."""
    text = given.get(name)
    if not isinstance(text, str) or not text.startswith("/") or "\0" in text:
        sys.exit("The setting %s is not right." % name)
    return os.fsdecode(text.encode("utf-8", "surrogateescape"))
