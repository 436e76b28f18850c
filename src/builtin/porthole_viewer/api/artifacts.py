"""The artifact store of 0.5."""

import os

from porthole_viewer.answer import json_answer
from porthole_viewer.assets.store import (
    aliases_of,
    all_artifacts,
    details_of,
    directory_of,
    summary_of,
    versions_of,
)
from porthole_viewer.errors import ApiError, not_found
from porthole_viewer.files import file_answer, files_below, zip_answer
from porthole_viewer.storage.keys import checked


def artifacts(app, params, request):
    found = []
    for kind, name in all_artifacts(app.root):
        try:
            found.append(summary_of(app.root, kind, name))
        except ApiError:
            # versions.json is no JSON: it has no versions to show.
            continue
    return json_answer({"artifacts": found})


def artifact(app, params, request):
    kind, name = params["type"], params["name"]
    versions, document = versions_of(app.root, kind, name)
    keys = app.keys_by_id()
    for one in versions:
        one.update(details_of(app.root, kind, name, one["version"]))
        one["run"] = keys.get(one["runId"])
    return json_answer(
        {"type": kind, "name": name, "aliases": aliases_of(document), "versions": versions}
    )


def file(app, params, request):
    kind, name, version = params["type"], params["name"], params["version"]
    versions, _ = versions_of(app.root, kind, name)
    if all(one["version"] != version for one in versions):
        raise not_found("The artifact has no version %d." % version)
    place = directory_of(kind, name, version) + "/files"
    if params["path"] is not None:
        relative = place + "/" + checked(params["path"], "path")
        return file_answer(app.root, relative, request, True)
    if not os.path.isdir(app.root.join(place)) or not app.root.holds(app.root.join(place)):
        raise not_found("The version has no files.")
    return zip_answer(app.root, files_below(app.root, place), "%s-v%d" % (name, version))
