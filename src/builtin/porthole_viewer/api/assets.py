"""What a run has made and used."""

from porthole_viewer.answer import json_answer
from porthole_viewer.assets.archive import LISTS, describe_asset, entries_of, place_of, read_assets
from porthole_viewer.errors import bad_parameter, not_found
from porthole_viewer.files import file_answer, zip_answer
from porthole_viewer.storage.documents import read_document
from porthole_viewer.storage.record import number, text, whole


def assets(app, params, request):
    record = app.record(params["run"])
    found = read_assets(app, record)
    described = {
        group: [describe_asset(app, record, group, number_, one) for number_, one in enumerate(entries)]
        for group, entries in found.items()
    }
    data = {name: described[name] for name in LISTS}
    data["code"] = described["code"][0] if described["code"] else None
    for name in ("created", "used"):
        data[name] = artifacts_of(app, record, name)
    return json_answer(data)


def artifacts_of(app, record, name):
    """0.5 keeps lists of the artifacts that a run has created and used."""
    place = "%s/artifacts_%s.json" % (app.root.join(record.relative), name)
    value = read_document(place).value or {}
    listed = value.get("artifacts")
    return [
        {
            "type": text(one.get("type")),
            "name": text(one.get("name")),
            "version": whole(one.get("version")),
            "size": whole(one.get("size_bytes")),
            "files": whole(one.get("num_files")),
            "at": number(one.get("created_at")) or number(one.get("used_at")),
        }
        for one in (listed[:5000] if isinstance(listed, list) else [])
        if isinstance(one, dict)
    ]


def asset(app, params, request):
    record = app.record(params["run"])
    group, _, place = params["asset"].partition("/")
    entries = read_assets(app, record).get(group)
    if entries is None or not place.isdigit() or not place.isascii():
        raise bad_parameter("asset", "This names no asset.")
    if int(place) >= len(entries):
        raise not_found("The run has no such asset.")
    entry = entries[int(place)]
    found = place_of(app, record, group, entry)
    if found is None:
        raise not_found("Nothing of it is in the archive.")
    name = text(entry.get("name")) or ("code_snapshot.zip" if group == "code" else group)
    if found[0] == "file":
        return file_answer(app.root, found[1], request, True, name.rsplit("/", 1)[-1])
    return zip_answer(app.root, entries_of(app, found), name.rsplit("/", 1)[-1])
