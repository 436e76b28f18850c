"""Metrics as charts need them, and the list of images."""

import base64
import json
import zlib

from porthole_viewer.answer import encoded_answer, json_answer
from porthole_viewer.errors import bad_parameter
from porthole_viewer.events.numbers import series_json
from porthole_viewer.events.series import SeriesQuestion

MAX_SERIES = 400
# Pages that are opened again, or side by side, ask the same.
MAX_KEPT = 32
MAX_KEPT_BYTES = 1024 * 1024
# What reading the appended part of a big file may keep a request waiting for.
IMAGES_WAIT_S = 0.3


def series(app, params, request):
    runs, metrics = params["run"], params["metric"]
    if len(runs) * len(metrics) > MAX_SERIES:
        raise bad_parameter("metric", "More than %d series are asked for at once." % MAX_SERIES)
    low, high = params["from"], params["to"]
    if low is not None and high is not None and low > high:
        raise bad_parameter("from", "The range ends before it begins.")
    files = [(run, app.events().file(app.record(run))) for run in runs]
    # All begin to be read; waiting for one is waiting for those that are read meanwhile, too.
    for _, file in files:
        file.update()
    deadline = app.clock() + params["wait"] / 1000.0
    for _, file in files:
        file.wait(max(0.0, deadline - app.clock()))
    return encoded_answer(answer_of(app, params, files))


def answer_of(app, params, files):
    """The answer as JSON; one that was given before and is still right is given again."""
    sign, state = sign_of(params), [file.state() for _, file in files]
    kept = app.part("series-answers", dict)
    name = (sign, params["since"])
    with app.lock:
        before = kept.get(name)
    if before is not None and before[0] == state:
        return before[1]
    question = SeriesQuestion(
        files, params["metric"], params["x"], params["from"], params["to"], params["width"]
    )
    data, known = question.answer(parse_cursor(params["since"], sign))
    data["cursor"] = format_cursor(sign, known)
    found = data.pop("series")
    text = series_json(data, found)
    with app.lock:
        if len(kept) >= MAX_KEPT:
            del kept[next(iter(kept))]
        if len(text) < MAX_KEPT_BYTES:
            kept[name] = (state, text)
    return text


def images(app, params, request):
    file = app.events().file(app.record(params["run"]))
    file.update(IMAGES_WAIT_S)
    with file.lock:
        found = list(file.table.images)
        complete = file.is_complete()
    columns = {name: [one[name] for one in found] for name in ("key", "step", "time", "caption", "path")}
    return json_answer(dict(columns, complete=complete))


def sign_of(params):
    """A cursor is good for one question only."""
    asked = [params[name] for name in ("run", "metric", "x", "from", "to", "width")]
    return zlib.crc32(json.dumps(asked).encode("ascii"))


def format_cursor(sign, known):
    text = json.dumps([sign] + known, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode("ascii")).decode("ascii").rstrip("=")


def parse_cursor(text, sign):
    """[bucket, [[generation, rows]...]], or None for none, or for one of another question."""
    if text is None:
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        good = found[0] == sign and all(
            type(generation) is int and type(rows) is int and rows >= 0 and generation > 0
            for generation, rows in found[2]
        )
        return found[1:] if good and isinstance(found[1], (int, float)) else None
    except (ValueError, TypeError, IndexError, KeyError, RecursionError):
        raise bad_parameter("since", "This is no cursor.") from None
