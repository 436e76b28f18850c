"""All routes: what they are called, what they take, and where they are answered.

Modules are imported when a route is asked for first: the viewer is ready before most of it is compiled.
"""

import importlib
from collections import namedtuple

from porthole_viewer.answer import Answer
from porthole_viewer.errors import ApiError, not_found
from porthole_viewer.params import choice, flag, integer, many, number, parse_params, text

Route = namedtuple("Route", ("method", "module", "function", "params"))


def get(place, **params):
    module, function = place.split(":")
    return Route("GET", module, function, params)


def post(place):
    module, function = place.split(":")
    return Route("POST", module, function, {})


ARTIFACT = {"type": text(longest=300), "name": text(longest=300)}

ROUTES = {
    "/api/health": get("info:health"),
    "/api/info": get("info:info"),
    "/api/runs": get(
        "runs:runs",
        limit=integer(1, 100000, None),
        columns=many(200, longest=600),
        base=flag(True),
        since=text(None, 100),
        info=flag(),
    ),
    "/api/columns": get("runs:columns"),
    "/api/run": get("run:run", run=text()),
    "/api/series": get(
        "series:series",
        run=many(50, 1),
        metric=many(50, 1),
        x=choice("step", "relative", "wall", "epoch", default="step"),
        **{"from": number(None)},
        to=number(None),
        width=integer(16, 4096, 800),
        wait=integer(0, 5000, 300),
        since=text(None, 60000)
    ),
    "/api/images": get("series:images", run=text()),
    "/api/logs": get(
        "logs:logs",
        run=text(),
        tail=integer(1, 10000, 1000),
        **{"from": integer(0, 10 ** 12, None)},
        count=integer(1, 10000, 1000)
    ),
    "/api/logs/search": get(
        "logs:search",
        run=text(),
        text=text(longest=500),
        regex=flag(),
        case=flag(),
        **{"from": integer(0, 10 ** 12, 0)},
        limit=integer(0, 5000, 500),
        excerpts=flag(True)
    ),
    "/api/file": get("files:file", run=text(), path=text(), download=flag()),
    "/api/assets": get("assets:assets", run=text()),
    "/api/asset": get("assets:asset", run=text(), asset=text(longest=40)),
    "/api/artifacts": get("artifacts:artifacts"),
    "/api/artifact": get("artifacts:artifact", **ARTIFACT),
    "/api/artifact/file": get(
        "artifacts:file", version=integer(0, 10 ** 9), path=text(None), **ARTIFACT
    ),
    "/api/lineage": get(
        "lineage:lineage",
        run=text(None),
        type=text(None, 300),
        name=text(None, 300),
        version=integer(0, 10 ** 9, None),
    ),
    "/api/system": get("system:system"),
    "/api/disk": get("system:disk"),
    "/api/live": get(
        "live:live",
        runs=text(None, 100),
        columns=many(200, longest=600),
        base=flag(True),
        metrics=many(50),
        logs=text(None),
        logsCursor=text(None, 200),
        system=flag(),
    ),
}

MANAGE_ROUTES = {
    "/api/manage/run": post("manage:change"),
    "/api/manage/delete": post("manage:delete"),
    "/api/manage/restore": post("manage:restore"),
}


def routes_of(settings):
    return dict(ROUTES, **MANAGE_ROUTES) if settings.manage else ROUTES


def dispatch(request, app):
    """The answer to a request. Raises ApiError."""
    route = app.routes.get(request.path)
    if route is None:
        raise not_found("There is no route %s." % request.path[:200])
    method = "GET" if request.method == "HEAD" else request.method
    if method != route.method:
        raise ApiError(405, "method-not-allowed", "This route takes %s only." % route.method)
    params = parse_params(request.query, route.params)
    module = importlib.import_module("porthole_viewer.api." + route.module)
    answer = getattr(module, route.function)(app, params, request)
    return answer if request.method != "HEAD" else without_body(answer)


def without_body(answer):
    if not isinstance(answer.body, bytes):
        answer.body.close()
    return Answer(answer.status, answer.headers)
