"""Writes runs as Runicorn's SDKs do: 0.5's layout and 0.6's, file by file and key by key.

A test compares what comes of it with files that the SDKs themselves have written.
"""

import hashlib
import json
import os
import platform
import socket
import sys
import time
import zipfile


class Run:
    """One run on disk; `version` is "0.5" or "0.6". Times are the caller's: a past can be written."""

    def __init__(self, storage, version, path, created_at, tail, **meta):
        self.storage = storage
        self.version = version
        self.created_at = created_at
        self.id = time.strftime("%Y%m%d_%H%M%S", time.localtime(created_at)) + "_" + tail
        between = "runs/%s" % path if version == "0.6" else "%s/runs" % path
        self.directory = os.path.join(storage, between, self.id)
        os.makedirs(os.path.join(self.directory, "media"))
        write_json(self.place("meta.json"), self.meta(path, meta))
        write_json(self.place("status.json"), {"status": "running", "started_at": created_at})
        self.assets = {"code": {}, "config": {}, "datasets": [], "pretrained": [], "outputs": []}
        if version == "0.6":
            self.write_assets()
        self.step = 0

    def meta(self, path, given):
        project, _, name = path.partition("/")
        place = (
            {"path": path, "alias": given.get("alias")}
            if self.version == "0.6"
            else {"project": project, "name": name}
        )
        meta = {
            "id": self.id,
            **place,
            "created_at": self.created_at,
            "python": sys.version.split(" ")[0],
            "platform": "%s %s (%s)" % (platform.system(), platform.release(), platform.machine()),
            "hostname": given.get("hostname", socket.gethostname()),
            "pid": given.get("pid", os.getpid()),
            "storage_dir": self.storage,
        }
        if self.version == "0.6":
            meta["workspace_root"] = given.get("workspace", "/home/ann/project")
        if given.get("tags"):
            meta["tags"] = given["tags"]
        return meta

    def place(self, name):
        return os.path.join(self.directory, name)

    def log(self, at, data, step=None, stage=None):
        """A line of metrics."""
        self.step = self.step + 1 if step is None else step
        data = dict(data, global_step=self.step, time=at)
        if stage is not None:
            data["stage"] = stage
        self.event(at, "metrics", data)

    def image(self, at, key, step, data, caption=None):
        name = "%d_%s_%s.png" % (at * 1000, hashlib.sha1(data).hexdigest()[:6], key)
        with open(self.place("media/" + name), "wb") as file:
            file.write(data)
        self.event(at, "image", {"key": key, "path": "media/" + name, "step": step, "caption": caption})

    def event(self, at, kind, data):
        with open(self.place("events.jsonl"), "a", encoding="utf-8") as file:
            event = {"ts": at, "type": kind, "data": data}
            file.write(json.dumps(event, ensure_ascii=False) + "\n")

    def text(self, at, line):
        clock = time.strftime("%H:%M:%S", time.localtime(at))
        with open(self.place("logs.txt"), "a", encoding="utf-8") as file:
            file.write("%s | %s\n" % (clock, line))

    def summary(self, values):
        write_json(self.place("summary.json"), values)

    def config(self, args, extra=None):
        self.assets["config"] = {"args": args, "extra": extra or {}}
        self.write_assets()

    def write_assets(self):
        write_json(self.place("assets.json"), self.assets)

    def finish(self, at, status="finished"):
        write_json(
            self.place("status.json"),
            {"status": status, "started_at": self.created_at, "ended_at": at},
        )

    def delete(self, at):
        marker = {"deleted_at": at, "reason": "user_deleted", "original_status": "finished"}
        write_json(self.place(".deleted"), marker)

    # 0.6: assets.

    def add_code(self, files):
        """A snapshot of the code, in the run and in the archive."""
        path = self.place("code_snapshot.zip")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        with open(path, "rb") as file:
            digest, place = self.archive_blob(file.read())
        self.assets["code"] = {
            "snapshot": {
                "saved": True,
                "workspace_root": "/home/ann/project",
                "format": "zip",
                "created_at": int(self.created_at),
                "archive_path": place,
                "fingerprint_kind": "sha256",
                "fingerprint": digest,
            }
        }
        self.write_assets()

    def add_dataset(self, name, files):
        """A directory whose files lie as blobs in the archive, with a manifest."""
        entries, total = {}, 0
        for path, data in files.items():
            digest, _ = self.archive_blob(data)
            entries[path] = {"sha256": digest, "size_bytes": len(data)}
            total += len(data)
        print_ = hashlib.sha256(json.dumps(entries, sort_keys=True).encode()).hexdigest()
        place = os.path.join(self.storage, "archive/manifests/datasets", print_[:2], print_ + ".json")
        manifest = {
            "created_at": self.created_at,
            "source_path": "/data/" + name,
            "fingerprint": print_,
            "total_size_bytes": total,
            "file_count": len(entries),
            "files": entries,
        }
        os.makedirs(os.path.dirname(place), exist_ok=True)
        write_json(place, manifest)
        self.assets["datasets"].append(
            {
                "name": name,
                "context": "train",
                "uri": "/data/" + name,
                "description": "Training images",
                "saved": True,
                "fingerprint": print_,
                "fingerprint_kind": "sha256_manifest",
                "archive_path": place,
                "manifest_path": place,
                "file_count": len(entries),
                "total_size_bytes": total,
            }
        )
        self.write_assets()

    def add_pretrained(self, name, uri):
        entry = {"name": name, "source_type": "huggingface", "path_or_uri": uri, "saved": False}
        self.assets["pretrained"].append(dict(entry, description="Weights to begin with"))
        self.write_assets()

    def add_output(self, at, name, data):
        key = os.path.join("/home/ann/project/checkpoints", name)
        folder = os.path.join(self.storage, "archive/outputs/rolling", self.id)
        os.makedirs(folder, exist_ok=True)
        place = os.path.join(folder, "%s_%s" % (hashlib.sha1(key.encode()).hexdigest(), name))
        with open(place, "wb") as file:
            file.write(data)
        self.assets["outputs"].append(
            {
                "key": key,
                "name": name,
                "kind": "file",
                "path": key,
                "saved": True,
                "archive_path": place,
                "fingerprint_kind": "sha256",
                "fingerprint": hashlib.sha256(data).hexdigest(),
                "mode": "rolling",
                "archived_at": int(at),
            }
        )
        self.write_assets()

    def archive_blob(self, data):
        digest = hashlib.sha256(data).hexdigest()
        place = os.path.join(self.storage, "archive/blobs", digest[:2], digest)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "wb") as file:
            file.write(data)
        return digest, place


def write_json(path, value):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2, ensure_ascii=False)
