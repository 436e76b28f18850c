"""One run as the list knows it: read from its small files, read again where one of them has changed."""

import os
import re
import threading
import time

from porthole_viewer.storage.documents import MISSING, read_document
from porthole_viewer.storage.flatten import flatten
from porthole_viewer.storage.keys import display, key_of
from porthole_viewer.storage.status import derive_status

WRITTEN = ("events.jsonl", "logs.txt", "status.json", "summary.json")
DATED_ID = re.compile(r"(\d{8})_(\d{6})_")
MAX_TEXT = 500

BASE_COLUMNS = (
    "run id path alias tags status reason recorded createdAt startedAt endedAt updatedAt duration host pid"
    " layout bestName bestValue bestStep size assets deletedAt problem"
).split()


class Record:
    """`row`: values of BASE_COLUMNS by name; `version` and `place`: the index's at its last change."""

    __slots__ = (
        "relative", "key", "path", "recycled", "documents", "config", "summary", "facts", "row",
        "version", "place", "size", "events_mark", "primary", "lock",
    )  # fmt: skip

    def __init__(self, candidate):
        self.relative = candidate.relative
        self.key = key_of(candidate.relative)
        self.path = candidate.path
        self.recycled = candidate.recycled
        self.documents = (MISSING,) * len(FILES)
        self.config = {}
        self.summary = {}
        self.facts = {"seen_gone_at": None}
        self.row = None
        self.version = 0
        self.place = None
        self.size = None
        self.events_mark = None
        self.primary = (None, None)
        self.lock = threading.Lock()

    def is_live(self):
        """Whether it is worth a look several times a second."""
        return self.row is None or self.row["status"] == "running"

    def refresh(self, root, now):
        """Reads what has changed; true if the row is another one. None: this is no run (any more)."""
        with self.lock:
            return self.read(root, now)

    def read(self, root, now):
        place = root.join(self.relative)
        before = self.documents
        documents = tuple(
            digested(read_document(place + "/" + name, old), old, digest)
            for (name, digest), old in zip(FILES, before)
        )
        meta, status = documents[0], documents[1]
        if meta.mark is None and status.mark is None:
            return None
        self.documents = documents
        is_new = self.row is None or any(new is not old for new, old in zip(documents, before))
        row = self.taken() if is_new else self.row
        self.facts["updated_at"] = self.last_write(place)
        return self.derive(row, now) or is_new

    def taken(self):
        """What the small files say, each value checked: they may hold anything."""
        meta, status, summary, assets, deleted = (one.value or {} for one in self.documents)
        gone_at = self.facts["seen_gone_at"]
        self.facts = {
            "recorded": text(status.get("status")),
            "exit_reason": text(status.get("exit_reason")),
            "host": text(meta.get("hostname")),
            "pid": whole(meta.get("pid")),
            "created_at": number(meta.get("created_at")),
            "seen_gone_at": gone_at,
        }
        self.summary = summary
        # 0.5 knows no config: people put it into the summary.
        self.config = assets.get("config") or summary
        best = {name: summary.get("best_metric_" + name) for name in ("name", "value", "step", "mode")}
        self.primary = (text(best["name"]), text(best["mode"]))
        name = display(os.path.basename(self.relative))
        created = self.facts["created_at"] or dated(name)
        started = number(status.get("started_at")) or created
        is_deleted = self.documents[4].mark is not None or self.recycled
        return {
            "run": self.key,
            "id": name,
            "path": self.shown_path(deleted),
            "alias": text(meta.get("alias")),
            "tags": texts(meta.get("tags")),
            "recorded": self.facts["recorded"],
            "createdAt": created,
            "startedAt": started,
            "recordedEnd": number(status.get("ended_at")),
            "host": self.facts["host"],
            "pid": self.facts["pid"],
            "layout": layout_of(meta, self.relative),
            "bestName": self.primary[0],
            "bestValue": number(best["value"]),
            "bestStep": whole(best["step"]),
            "assets": assets.get("count", 0),
            "deletedAt": (number(deleted.get("deleted_at")) or 0) if is_deleted else None,
            "problem": "; ".join(one.problem for one in self.documents if one.problem) or None,
        }

    def derive(self, row, now):
        """The row, with what time, process and sizes say; true if it is another one. It is never there in parts."""
        row, facts = dict(row), self.facts
        status, reason = derive_status(facts, now)
        if status == "crashed" and facts["seen_gone_at"] is None:
            facts["seen_gone_at"] = facts["updated_at"] or now
        ended = None if status == "running" else row.get("recordedEnd") or facts["updated_at"]
        started = row["startedAt"]
        row.update(
            status=status,
            reason=reason,
            endedAt=ended,
            updatedAt=facts["updated_at"],
            duration=None if ended is None or started is None else max(0.0, ended - started),
            size=self.size,
        )
        changed = row != self.row
        self.row = row
        return changed

    def last_write(self, place):
        """Time of the last write of the files that a training writes, or None."""
        newest = None
        for name in WRITTEN:
            try:
                found = os.stat(place + "/" + name, follow_symlinks=False)
            except OSError:
                continue
            if name == "events.jsonl":
                self.events_mark = (found.st_ino, found.st_size, found.st_mtime_ns)
            if newest is None or found.st_mtime > newest:
                newest = found.st_mtime
        return newest

    def shown_path(self, deleted):
        if self.recycled:
            return text(deleted.get("original_path")) or ""
        return display(self.path)


def layout_of(meta, relative):
    if not relative.startswith("runs/"):
        return "project"
    return "path" if "path" in meta else "flat"


def digested(document, before, digest):
    """A document of which only what the list needs is kept: thousands of them are in memory."""
    if document is before or document.value is None or document.value is before.value:
        return document
    return document._replace(value=digest(document.value))


def digest_of(*names):
    return lambda value: {name: value[name] for name in names if name in value}


def digest_assets(value):
    """What the list needs of assets.json: the flat config, and how many assets there are."""
    config = value.get("config")
    config = config if isinstance(config, dict) else {}
    lists = [value.get(name) for name in ("datasets", "pretrained", "outputs")]
    total = sum(len(one) for one in lists if isinstance(one, list))
    code = value.get("code")
    total += 1 if isinstance(code, dict) and code.get("snapshot") else 0
    return {"config": flatten(config.get("args"), config.get("extra")), "count": total}


def dated(run_id):
    """Seconds since the epoch that a run's id tells, in this host's time zone, or None."""
    match = DATED_ID.match(run_id)
    if match is None:
        return None
    try:
        return time.mktime(time.strptime("".join(match.groups()), "%Y%m%d%H%M%S"))
    except (ValueError, OverflowError):
        return None


def text(value):
    return value[:MAX_TEXT] if isinstance(value, str) and value else None


def texts(value):
    found = value if isinstance(value, list) else []
    return [one[:100] for one in found[:100] if isinstance(one, str)]


def number(value):
    good = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300
    return value if good else None


def whole(value):
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2 ** 53 else None


FILES = (
    ("meta.json", digest_of("hostname", "pid", "created_at", "alias", "tags", "path", "project")),
    ("status.json", digest_of("status", "started_at", "ended_at", "exit_reason")),
    ("summary.json", flatten),
    ("assets.json", digest_assets),
    (".deleted", digest_of("deleted_at", "original_path")),
)
