"""0.5: the artifact store, artifacts/<type>/<name>/v<N>."""

import os

from porthole_viewer.errors import not_found
from porthole_viewer.storage.documents import read_document
from porthole_viewer.storage.keys import display
from porthole_viewer.storage.record import number, text, texts, whole

MAX_FILES = 20000
MAX_VERSIONS = 5000


def all_artifacts(root):
    """(type, name) of all artifacts, by name."""
    found = []
    for kind in directories(root, "artifacts"):
        for name in directories(root, "artifacts/" + kind):
            if os.path.isfile(root.join("artifacts/%s/%s/versions.json" % (kind, name))):
                found.append((kind, name))
    return sorted(found, key=lambda one: (one[1], one[0]))


def directories(root, relative):
    """Names of the directories there; links and hidden ones are none of ours."""
    try:
        with os.scandir(root.join(relative)) as entries:
            return [one.name for one in entries if one.name[0] != "." and one.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def summary_of(root, kind, name):
    versions, document = versions_of(root, kind, name)
    latest = max(versions, key=lambda one: one["version"], default=None)
    return {
        "type": display(kind),
        "name": display(name),
        "latest": latest["version"] if latest else None,
        "versions": len(versions),
        "size": sum(one["size"] or 0 for one in versions),
        "updatedAt": number(document.get("updated_at")),
        "aliases": aliases_of(document),
    }


def versions_of(root, kind, name):
    """(list of {"version", "createdAt", "runId", ...}, versions.json). Raises ApiError where there is none."""
    if not (is_name(kind) and is_name(name)):
        raise not_found("There is no such artifact.")
    place = "artifacts/%s/%s/versions.json" % (kind, name)
    if not root.holds(root.join(place)):
        raise not_found("There is no such artifact.")
    document = read_document(root.join(place)).value
    if document is None:
        raise not_found("There is no artifact %s of type %s." % (display(name), display(kind)))
    listed = document.get("versions")
    listed = listed[:MAX_VERSIONS] if isinstance(listed, list) else []
    return [version_of(one) for one in listed if isinstance(one, dict) and whole(one.get("version")) is not None], document


def version_of(one):
    return {
        "version": one["version"],
        "createdAt": number(one.get("created_at")),
        "runId": text(one.get("created_by_run")),
        "size": whole(one.get("size_bytes")),
        "files": whole(one.get("num_files")),
        "status": text(one.get("status")),
        "aliases": texts(one.get("aliases")),
    }


def details_of(root, kind, name, version):
    """What a version's own files say of it."""
    place = directory_of(kind, name, version)
    metadata = read_document(root.join(place + "/metadata.json")).value or {}
    manifest = read_document(root.join(place + "/manifest.json")).value or {}
    files = manifest.get("files")
    files = [one for one in files if isinstance(one, dict)][:MAX_FILES] if isinstance(files, list) else []
    references = manifest.get("references")
    values = metadata.get("metadata")
    return {
        "description": text(metadata.get("description")),
        "tags": texts(metadata.get("tags")),
        "metadata": values if isinstance(values, dict) else {},
        "parents": texts(metadata.get("parent_artifacts")),
        "deleted": os.path.lexists(root.join(place + "/.deleted")),
        "contents": {
            "path": [text(one.get("path")) for one in files],
            "size": [whole(one.get("size")) for one in files],
            "digest": [text(one.get("digest")) for one in files],
        },
        "references": references if isinstance(references, list) else [],
    }


def directory_of(kind, name, version):
    return "artifacts/%s/%s/v%d" % (kind, name, version)


def aliases_of(document):
    found = document.get("aliases")
    found = found if isinstance(found, dict) else {}
    return {name: value for name, value in found.items() if whole(value) is not None}


def is_name(name):
    return name not in ("", ".", "..") and "/" not in name and "\0" not in name and name[0] != "."
