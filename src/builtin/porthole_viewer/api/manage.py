"""Alias, tags, soft delete and restore: only with --manage, and only in Runicorn's own form."""

import json

from porthole_viewer.answer import json_answer
from porthole_viewer.errors import ApiError, bad_parameter
from porthole_viewer.storage.changes import change_meta, delete_run, restore_run
from porthole_viewer.storage.keys import key_of

MAX_RUNS = 500
MAX_ALIAS = 200
MAX_TAGS = 50


def change(app, params, request):
    body = body_of(request, ("run", "alias", "tags"))
    record = app.record(run_of(body.get("run")))
    changes = {}
    if "alias" in body:
        changes["alias"] = alias_of(body["alias"])
    if "tags" in body:
        changes["tags"] = tags_of(body["tags"])
    if not changes:
        raise bad_parameter("alias", "There is nothing to change: give alias or tags.")
    meta = change_meta(app.root, record.relative, changes)
    app.index.look_at(record.relative)
    return json_answer(
        {"run": record.key, "alias": meta.get("alias"), "tags": meta.get("tags") or []}
    )


def delete(app, params, request):
    return each(app, request, lambda record: delete_run(app.root, record))


def restore(app, params, request):
    return each(app, request, lambda record: restore_run(app.root, record))


def each(app, request, act):
    """Does it to every run; one that fails does not keep the others."""
    runs = body_of(request, ("runs",)).get("runs")
    if not isinstance(runs, list) or not 1 <= len(runs) <= MAX_RUNS:
        raise bad_parameter("runs", "runs must be a list of 1 to %d keys." % MAX_RUNS)
    results = []
    for run in runs:
        try:
            record = app.record(run_of(run))
            place = act(record)
        except (ApiError, OSError) as error:
            message = error.message if isinstance(error, ApiError) else str(error.strerror)
            results.append({"run": run, "ok": False, "error": message, "now": None})
            continue
        app.index.look_at(record.relative)
        if place != record.relative:
            app.index.look_at(place)
        results.append({"run": run, "ok": True, "error": None, "now": key_of(place)})
    return json_answer({"results": results})


def body_of(request, names):
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise ApiError(400, "bad-request", "The body must be application/json.")
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise ApiError(400, "bad-request", "The body is no JSON object.")
    unknown = sorted(set(body) - set(names))
    if unknown:
        raise bad_parameter(unknown[0][:100], "The body has an unknown name.")
    return body


def run_of(value):
    if not isinstance(value, str) or not value:
        raise bad_parameter("run", "A run is named by its key.")
    return value


def alias_of(value):
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > MAX_ALIAS:
        raise bad_parameter("alias", "alias must be text of at most %d characters." % MAX_ALIAS)
    return value.strip() or None


def tags_of(value):
    good = isinstance(value, list) and all(isinstance(one, str) and len(one) <= 100 for one in value)
    if not good or len(value) > MAX_TAGS:
        raise bad_parameter("tags", "tags must be a list of at most %d short texts." % MAX_TAGS)
    return list(dict.fromkeys(one.strip() for one in value if one.strip()))
