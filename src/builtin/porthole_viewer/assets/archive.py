"""0.6: entries of assets.json, and where their files lie in the archive."""

import os

from porthole_viewer.errors import not_found, refused
from porthole_viewer.files import files_below
from porthole_viewer.storage.documents import read_document
from porthole_viewer.storage.record import number, text, whole

LISTS = ("datasets", "pretrained", "outputs")
MAX_ENTRIES = 5000


def read_assets(app, record):
    """assets.json of a run as {"code": entry or None, "datasets": [...], ...}; anything odd is left out."""
    value = read_document(app.root.join(record.relative) + "/assets.json").value or {}
    code = value.get("code")
    snapshot = code.get("snapshot") if isinstance(code, dict) else None
    found = {"code": [snapshot] if isinstance(snapshot, dict) else []}
    for name in LISTS:
        entries = value.get(name)
        entries = entries if isinstance(entries, list) else []
        found[name] = [one for one in entries[:MAX_ENTRIES] if isinstance(one, dict)]
    return found


def describe_asset(app, record, group, number_in_group, entry):
    """ASSET of API.md."""
    place = place_of(app, record, group, entry)
    print_ = entry.get("fingerprint")
    details = print_ if isinstance(print_, dict) else {}
    return {
        "asset": "%s/%d" % (group, number_in_group) if place is not None else None,
        "name": text(entry.get("name")) or ("code snapshot" if group == "code" else group),
        "description": text(entry.get("description")),
        "uri": first_text(entry, "uri", "path_or_uri", "path", "workspace_root"),
        "kind": place[0] if place is not None else None,
        "size": size_of(app, place, entry, details),
        "files": whole(entry.get("file_count")) or whole(details.get("file_count")),
        "fingerprint": text(print_),
        "savedAt": number(entry.get("archived_at")) or number(entry.get("created_at")),
        "mode": text(entry.get("mode")),
        "context": text(entry.get("context")) or text(entry.get("source_type")),
    }


def place_of(app, record, group, entry):
    """("file" | "directory", path below the root, manifest or None), or None where nothing is archived."""
    path = text(entry.get("manifest_path")) or text(entry.get("archive_path"))
    relative = anchored(app, path) if path else None
    if relative is None and group == "code":
        relative = record.relative + "/code_snapshot.zip"
    if relative is None or not app.root.holds(app.root.join(relative)):
        return None
    place = app.root.join(relative)
    if os.path.isdir(place):
        return "directory", relative, None
    if not os.path.isfile(place):
        return None
    if relative.startswith("archive/manifests/"):
        return "directory", relative, read_document(place).value
    return "file", relative, None


def anchored(app, path):
    """The part of an archive path that lies below this root: the writer's own root may have been elsewhere."""
    for root in (app.root.path, app.root.real):
        if path.startswith(root.rstrip("/") + "/"):
            return path[len(root.rstrip("/")) + 1 :]
    place = path.replace("\\", "/").rfind("/archive/")
    return path.replace("\\", "/")[place + 1 :] if place >= 0 else None


def entries_of(app, place):
    """(name, path below the root) of the files of a directory or manifest. Raises ApiError."""
    kind, relative, manifest = place
    if kind != "directory":
        raise not_found("This is no directory.")
    if manifest is None:
        return files_below(app.root, relative)
    files = manifest.get("files")
    found = []
    for name, one in files.items() if isinstance(files, dict) else ():
        digest = one.get("sha256") if isinstance(one, dict) else None
        if not isinstance(digest, str) or not digest.isalnum():
            raise refused("The manifest names no valid digest for %s." % name[:200])
        found.append((name, "archive/blobs/%s/%s" % (digest[:2], digest)))
    return found


def size_of(app, place, entry, details):
    for value in (entry.get("total_size_bytes"), entry.get("size_bytes"), details.get("size_bytes"),
                  details.get("total_size_bytes")):  # fmt: skip
        if whole(value) is not None:
            return value
    if place is None:
        return None
    kind, relative, manifest = place
    if manifest is not None:
        return whole(manifest.get("total_size_bytes"))
    try:
        return os.path.getsize(app.root.join(relative)) if kind == "file" else None
    except OSError:
        # It has just gone.
        return None


def first_text(entry, *names):
    return next((text(entry.get(name)) for name in names if text(entry.get(name))), None)
