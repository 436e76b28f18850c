"""Logs: by line, from their end, and searched."""

import os
import re

from porthole_viewer.answer import json_answer
from porthole_viewer.errors import bad_parameter
from porthole_viewer.logs.lines import LogFile
from porthole_viewer.logs.search import pattern_of, search_log

REGEX_LIMIT_S = 5
MAX_KEPT = 50


def logs(app, params, request):
    log = log_of(app, params["run"])
    exists = log.update()
    first = params["from"]
    if first is None:
        first, count = max(0, log.total - params["tail"]), params["tail"]
    else:
        count = params["count"]
    return json_answer(dict(lines_data(log, first, count), exists=exists))


def search(app, params, request):
    log = log_of(app, params["run"])
    if not log.update():
        none = {"line": [], "text": [], "next": None, "rest": 0, "to": None}
        return json_answer(dict(none, searched=0, ms=0))
    try:
        pattern = pattern_of(params["text"], params["regex"], params["case"])
    except (re.error, OverflowError, RecursionError) as error:
        message = "This is no regular expression: %s." % error
        raise bad_parameter("text", message) from None
    if params["regex"]:
        answer = search_apart(log, params)
    else:
        answer = search_log(log, pattern, params["from"], params["limit"])
    if not params["excerpts"]:
        del answer["text"]
    return json_answer(answer)


def search_apart(log, params):
    """An expression can take for ever, and nothing else would run meanwhile: a process can be ended."""
    from porthole_viewer.events.pool import Worker

    worker = Worker(0)
    try:
        worker.send(
            {
                "do": "search",
                "path": log.path,
                "text": params["text"],
                "case": params["case"],
                "from": params["from"],
                "limit": params["limit"],
            }
        )
        if not worker.answers_within(REGEX_LIMIT_S):
            message = "The search took longer than %d s. Use a simpler expression." % REGEX_LIMIT_S
            raise bad_parameter("text", message)
        return worker.receive()[0]
    finally:
        worker.end()


def log_of(app, run):
    """The log of a run; its count of lines is kept for the next request."""
    record = app.record(run)
    kept = app.part("logs", dict)
    with app.lock:
        log = kept.pop(record.relative, None)
        if log is None:
            log = LogFile(os.path.join(app.root.join(record.relative), "logs.txt"))
        kept[record.relative] = log
        while len(kept) > MAX_KEPT:
            del kept[next(iter(kept))]
    return log


def lines_data(log, first, count):
    lines, cut = log.read(first, count) if log.size else ([], [])
    return {
        "from": first,
        "lines": lines,
        "cut": cut,
        "total": log.total,
        "size": log.size,
        "open": log.open,
        "cursor": "%d.%d" % (log.generation, log.ended),
    }
