"""A process that parses parts of files, so that the viewer stays quick and every core helps.

Jobs come as lines of JSON on stdin, each is answered by a message (wire.py); end of stdin is the end.
"""

import gc
import json
import os
import sys
import time

from porthole_viewer.events.blocks import read_lines
from porthole_viewer.events.parse import Chunk, parse_lines
from porthole_viewer.events.summing import sum_file
from porthole_viewer.events.wire import pack_chunk, write_message
from porthole_viewer.storage.root import OPEN_FLAGS

BEAT_EVERY_S = 1


def main():
    jobs, results = sys.stdin.buffer, sys.stdout.buffer
    # Nothing here refers to itself, and looking for that is a sixth of the time.
    gc.disable()
    for line in jobs:
        job = json.loads(line)
        answer, body = JOBS[job["do"]](job)
        try:
            write_message(results, answer, body)
        except OSError:
            # The viewer has gone, or wants no more.
            os._exit(0)


def parse(job):
    """{"path", "start", "end"}: a chunk of an event file."""
    return pack_chunk(parse_part(job["path"], job["start"], job["end"]))


def parse_part(path, start, end):
    try:
        descriptor = os.open(path, OPEN_FLAGS | os.O_NOFOLLOW)
    except OSError:
        return Chunk()
    try:
        data, too_long = read_lines(descriptor, start, end)
    finally:
        os.close(descriptor)
    chunk = parse_lines(data)
    chunk.too_long += too_long
    return chunk


def totals(job):
    """{"files": [[path, offset]]}: sums of each from its offset on; an empty message now and then meanwhile."""
    spoken = time.monotonic()

    def beat():
        nonlocal spoken
        if time.monotonic() - spoken > BEAT_EVERY_S:
            spoken = time.monotonic()
            write_message(sys.stdout.buffer, {})

    return {"results": [sum_file(path, offset, beat) for path, offset in job["files"]]}, b""


def search(job):
    """{"path", "text", "case", "from", "limit"}: a regular expression looked for in a log."""
    from porthole_viewer.logs.lines import LogFile
    from porthole_viewer.logs.search import pattern_of, search_log

    log = LogFile(job["path"])
    log.update()
    pattern = pattern_of(job["text"], True, job["case"])
    return search_log(log, pattern, job["from"], job["limit"]), b""


JOBS = {"parse": parse, "totals": totals, "search": search}
