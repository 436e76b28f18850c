"""The list of runs, whole or as what has changed."""

import os
import time

from porthole_viewer.answer import encode_json, encoded_answer, json_answer
from porthole_viewer.api.info import server_info
from porthole_viewer.errors import bad_parameter
from porthole_viewer.storage.record import BASE_COLUMNS

# What a request waits for the index to look again; the rest comes by delta.
LOOK_AGAIN_S = 0.03
# A first screen is worth a wait: nothing is shown before.
FIRST_ROWS_S = 0.8
FIRST_ROWS = 300
MAX_ROWS = 100000

BOOT = "%x-%x" % (os.getpid(), int(time.time() * 1000))


def runs(app, params, request):
    index = app.index
    index.touch(LOOK_AGAIN_S)
    if not index.complete:
        wait_for_rows(index, min(FIRST_ROWS, params["limit"] or FIRST_ROWS))
    question = RunsQuestion(app, params["columns"], params["base"])
    since = version_of(params["since"])
    if since is not None:
        answer = question.since(since, params["limit"] or MAX_ROWS)
        return encoded_answer(encode_json(answer))
    # The whole list is asked for by every page that opens: it is made once for each state of the index.
    kept = app.part("runs-answers", dict)
    state = (index.version, index.complete, question.totals_version())
    name = (params["limit"], tuple(params["columns"]), params["base"])
    if kept.get(name, (None, None))[0] != state:
        if len(kept) > 4:
            kept.clear()
        kept[name] = (state, encode_json(question.all(params["limit"] or MAX_ROWS)))
    rows = kept[name][1]
    if params["info"]:
        rows = b'{"info":' + encode_json(server_info(app)) + b"," + rows[1:]
    return encoded_answer(rows)


def columns(app, params, request):
    app.index.touch(LOOK_AGAIN_S)
    totals = app.totals()
    totals.want_all()
    return json_answer(totals.names())


def wait_for_rows(index, wanted):
    deadline = time.monotonic() + FIRST_ROWS_S
    while not index.complete and len(index.newest_first()) < wanted:
        left = deadline - time.monotonic()
        if left <= 0:
            return
        index.wait(index.version, left)


def version_of(cursor):
    """The version of a cursor: None without one, 0 for one of another process."""
    if cursor is None:
        return None
    boot, _, version = cursor.rpartition(".")
    return int(version) if boot == BOOT and version.isdigit() and len(version) < 16 else 0


def cursor_of(version):
    return "%s.%d" % (BOOT, version)


class RunsQuestion:
    """Which columns are asked; answers as in API.md."""

    def __init__(self, app, names, base):
        self.app = app
        self.index = app.index
        self.base = BASE_COLUMNS if base else ("run",)
        self.names = names
        self.readers = [reader_of(app, name) for name in names]
        self.with_metrics = any(name.startswith("metric:") for name in names)
        if self.with_metrics:
            app.totals().want_all()

    def totals_version(self):
        return self.app.totals().version if self.with_metrics else 0

    def all(self, limit):
        version = self.index.version
        records = self.index.newest_first()
        is_all = len(records) <= limit
        return self.answer(records[:limit], version if is_all else 0, True, [])

    def since(self, version, limit):
        """What is newer than a version; the oldest changes first where there are too many for one answer."""
        index = self.index
        if version < index.removed_since:
            version = 0
        now = index.version
        records = [one for one in index.newest_first() if one.version > version]
        if len(records) > limit:
            records.sort(key=lambda one: one.version)
            # Rows of one version are not torn apart.
            now = max(records[0].version, records[limit].version - 1)
            records = [one for one in records if one.version <= now]
        removed = [key for at, key in list(index.removed) if version < at <= now]
        return self.answer(records, now, version == 0, removed)

    def answer(self, records, version, reset, removed):
        rows = [one.row for one in records]
        totals = self.app.totals() if self.with_metrics else None
        problems = self.index.places.problems() + (totals.problems() if totals else [])
        return {
            "cursor": cursor_of(version),
            "reset": reset,
            "scan": {
                "complete": self.index.complete,
                "found": self.index.found,
                "read": len(self.index.newest_first()),
                "problems": problems[:20],
            },
            "pending": totals.pending() if totals else 0,
            "rows": len(rows),
            "columns": {name: [row.get(name) for row in rows] for name in self.base},
            "extra": {
                name: [read(one) for one in records]
                for name, read in zip(self.names, self.readers)
            },
            "removed": removed,
        }


def reader_of(app, name):
    """A function that takes a record and gives a column's value."""
    kind, colon, rest = name.partition(":")
    if colon and rest and kind == "config":
        return lambda record: record.config.get(rest)
    if colon and rest and kind == "summary":
        return lambda record: record.summary.get(rest)
    metric, _, what = rest.rpartition(":")
    if kind == "metric" and metric and what in ("last", "min", "max", "best", "count"):
        totals = app.totals()
        return lambda record: totals.value(record, metric, what)
    raise bad_parameter("columns", "There is no column %r." % name[:100])
