"""Nested settings as one level of names: {"net": {"width": 64}} is {"net.width": 64}."""

import json

MAX_KEYS = 2000
MAX_KEY = 300
MAX_TEXT = 2000


def flatten(*documents):
    """Values are numbers, texts, booleans or None; a later document's wins."""
    flat = {}
    for document in documents:
        if isinstance(document, dict):
            add(flat, "", document, 0)
    return flat


def add(flat, prefix, value, depth):
    if isinstance(value, dict) and depth < 20:
        for key, inner in value.items():
            if len(flat) >= MAX_KEYS:
                return
            add(flat, "%s.%s" % (prefix, key) if prefix else str(key), inner, depth + 1)
    else:
        flat[prefix[:MAX_KEY]] = simple(value)


def simple(value):
    if value is None or isinstance(value, (bool, int)):
        # JavaScript's numbers end before Python's do.
        return value if not isinstance(value, int) or abs(value) < 2 ** 53 else str(value)[:MAX_TEXT]
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    if isinstance(value, str):
        return value[:MAX_TEXT]
    return json.dumps(value, ensure_ascii=False)[:MAX_TEXT]
