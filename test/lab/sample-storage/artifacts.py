"""0.5's artifact store: versions of a model, made by runs."""

import hashlib
import json
import os

from formats import write_json


def create_version(run, kind, name, files, at, **details):
    """Adds a version of an artifact, and says so in the run; gives its number."""
    place = os.path.join(run.storage, "artifacts", kind, name)
    path = os.path.join(place, "versions.json")
    index = read_json(path) or {
        "artifact_name": name,
        "artifact_type": kind,
        "versions": [],
        "aliases": {},
        "created_at": at,
        "updated_at": at,
    }
    version = len(index["versions"]) + 1
    size = sum(map(len, files.values()))
    directory = os.path.join(place, "v%d" % version)
    write_contents(directory, files, at)
    facts = {"size_bytes": size, "num_files": len(files)}
    aliases = ["latest"] + details.get("aliases", [])
    write_json(
        os.path.join(directory, "metadata.json"),
        {
            "name": name,
            "type": kind,
            "version": version,
            "created_at": at,
            "updated_at": at,
            "created_by_run": run.id,
            "created_by_user": None,
            **facts,
            "num_references": 0,
            "status": "ready",
            "metadata": details.get("metadata", {}),
            "description": details.get("description", ""),
            "tags": details.get("tags", []),
            "aliases": aliases,
            "parent_artifacts": details.get("parents", []),
            "manifest_digest": hashlib.sha256(name.encode()).hexdigest(),
        },
    )
    entry = {"version": version, "created_at": at, "created_by_run": run.id, **facts}
    index["versions"].append(dict(entry, status="ready", aliases=aliases))
    index["aliases"].update({alias: version for alias in aliases})
    index["updated_at"] = at
    write_json(path, index)
    remember(run, "created", {"name": name, "type": kind, "version": version, "created_at": at,
                             **facts, "num_references": 0})  # fmt: skip
    return version


def use_version(run, kind, name, version, at):
    """Says in a run that it used a version."""
    facts = {"size_bytes": 0, "num_files": 1}
    remember(run, "used", {"name": name, "type": kind, "version": version, "used_at": at, **facts})


def write_contents(directory, files, at):
    listed = []
    for name, data in files.items():
        place = os.path.join(directory, "files", name)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "wb") as file:
            file.write(data)
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        listed.append({"path": name, "size": len(data), "digest": digest, "modified_at": at})
    manifest = {
        "files": listed,
        "references": [],
        "total_size": sum(map(len, files.values())),
        "total_files": len(files),
        "total_references": 0,
        "created_at": at,
    }
    write_json(os.path.join(directory, "manifest.json"), manifest)


def remember(run, how, entry):
    path = run.place("artifacts_%s.json" % how)
    listed = read_json(path) or {"artifacts": []}
    listed["artifacts"].append(entry)
    write_json(path, listed)


def read_json(path):
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return json.load(file)
