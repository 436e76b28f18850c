"""Server-sent events: what a page follows, over one connection."""

import os
import threading
import time
import zlib

from porthole_viewer.answer import GZIP_WINDOW, Answer, encode_json
from porthole_viewer.api.logs import lines_data, log_of
from porthole_viewer.api.runs import RunsQuestion, version_of
from porthole_viewer.errors import bad_parameter

# How soon a line that was appended is on its way.
LOOK_EVERY_S = 0.15
SYSTEM_EVERY_S = 2.0
QUIET_S = 15
MAX_ROWS = 2000
MAX_LINES = 2000


def live(app, params, request):
    topics = topics_of(app, params)
    if not topics:
        raise bad_parameter("runs", "Ask for something: runs, metrics, logs or system.")
    headers = [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")]
    events = stream(app, topics)
    if request.accepts_gzip():
        return Answer(200, headers + [("Content-Encoding", "gzip")], packed(events))
    return Answer(200, headers, events)


def topics_of(app, params):
    """Each topic is a function that gives the events, as (name, data), that have come since the last time."""
    topics = []
    if params["runs"] is not None:
        question = RunsQuestion(app, params["columns"], params["base"])
        topics.append(RunsTopic(app, question, version_of(params["runs"])))
    topics += [MetricsTopic(app, key) for key in params["metrics"]]
    if params["logs"] is not None:
        topics.append(LogTopic(log_of(app, params["logs"]), params["logs"], params["logsCursor"]))
    if params["system"]:
        topics.append(SystemTopic(app))
    return topics


def stream(app, topics):
    """Bytes of the events, until the client has gone."""
    app.index.listen(1)
    try:
        yield event("hello", {"pid": os.getpid(), "startedAt": app.started_at})
        spoken = time.monotonic()
        pause = threading.Event()
        while True:
            quiet = True
            for topic in topics:
                for name, data in topic.events():
                    quiet = False
                    yield event(name, data)
            if not quiet:
                spoken = time.monotonic()
            elif time.monotonic() - spoken > QUIET_S:
                spoken = time.monotonic()
                yield b":\n\n"
            pause.wait(LOOK_EVERY_S)
    finally:
        app.index.listen(-1)


def packed(events):
    packer = zlib.compressobj(5, zlib.DEFLATED, GZIP_WINDOW)
    try:
        for part in events:
            yield packer.compress(part) + packer.flush(zlib.Z_SYNC_FLUSH)
    finally:
        events.close()


def event(name, data):
    return b"event: %s\ndata: %s\n\n" % (name.encode("ascii"), encode_json(data))


class RunsTopic:
    def __init__(self, app, question, version):
        self.index = app.index
        self.question = question
        self.version = version
        self.complete = None
        self.again = True

    def events(self):
        if self.again or self.index.version > self.version or self.index.complete != self.complete:
            self.complete = self.index.complete
            answer = self.question.since(self.version, MAX_ROWS)
            version = version_of(answer["cursor"])
            # Rows beyond the limit come with the next look.
            self.again = version < self.index.version
            self.version = version
            yield "runs", answer


class MetricsTopic:
    """One run: how far its events have been read, and its status."""

    def __init__(self, app, key):
        self.app = app
        self.key = key
        self.record = app.record(key)
        self.file = app.events().file(self.record)
        self.sent = None

    def events(self):
        self.file = self.app.events().file(self.record)
        self.file.update()
        record = self.app.index.records.get(self.record.relative, self.record)
        with self.file.lock:
            table = self.file.table
            state = {
                "run": self.key,
                "rows": table.count,
                "bytes": self.file.offset,
                "size": self.file.size,
                "complete": self.file.is_complete(),
                "images": len(table.images),
                "status": record.row["status"],
                "reason": record.row["reason"],
            }
            mark = dict(state, generation=self.file.generation)
        if mark != self.sent:
            self.sent = mark
            yield "metrics", state


class LogTopic:
    def __init__(self, log, key, cursor):
        self.log = log
        self.key = key
        self.generation, self.line = cursor_of(cursor)
        self.sent_size = None

    def events(self):
        log = self.log
        log.update()
        reset = log.generation != self.generation
        if reset:
            self.generation, self.line = log.generation, max(0, log.total - MAX_LINES)
        if not reset and log.size == self.sent_size:
            return
        self.sent_size = log.size
        while True:
            data = lines_data(log, self.line, MAX_LINES)
            self.line = min(log.ended, self.line + len(data["lines"]))
            data["cursor"] = "%d.%d" % (log.generation, self.line)
            yield "log", dict(data, run=self.key, reset=reset)
            reset = False
            if self.line >= log.ended or not data["lines"]:
                return


def cursor_of(text):
    generation, _, line = (text or "").partition(".")
    if text is None or not (generation.isdigit() and line.isdigit() and len(line) < 16):
        return None, 0
    return int(generation), int(line)


class SystemTopic:
    def __init__(self, app):
        self.app = app
        self.next = 0.0

    def events(self):
        if time.monotonic() >= self.next:
            self.next = time.monotonic() + SYSTEM_EVERY_S
            yield "system", self.app.system().data()
