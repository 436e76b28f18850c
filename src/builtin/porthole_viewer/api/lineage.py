"""What led to a run or an artifact, and what came of it."""

from porthole_viewer.answer import json_answer
from porthole_viewer.api.assets import artifacts_of
from porthole_viewer.assets.archive import LISTS, read_assets
from porthole_viewer.assets.store import all_artifacts, details_of, versions_of
from porthole_viewer.errors import ApiError, bad_parameter
from porthole_viewer.storage.record import text

MAX_NODES = 500
# A picture of half of it would be wrong.
WAIT_S = 5


def lineage(app, params, request):
    if params["run"] is not None:
        start = run_node(app.record(params["run"]))
    elif None in (params["type"], params["name"], params["version"]):
        raise bad_parameter("run", "Ask for a run, or for type, name and version of an artifact.")
    else:
        start = artifact_node(params["type"], params["name"], params["version"])
    app.index.need_all(WAIT_S)
    nodes, edges = everything(app)
    nodes[start["id"]] = dict(nodes.get(start["id"], {}), **start)
    near = around(start["id"], edges)
    return json_answer(
        {
            "nodes": [nodes[name] for name in near],
            "edges": [one for one in edges if one["from"] in near and one["to"] in near],
        }
    )


def everything(app):
    """All nodes by id, and all edges, in the direction of time."""
    nodes, edges = {}, []
    for record in app.index.newest_first():
        if record.row["layout"] == "project":
            add_artifacts_of_run(app, record, nodes, edges)
        elif record.row["assets"]:
            add_assets_of_run(app, record, nodes, edges)
    add_parents(app, nodes, edges)
    return nodes, edges


def add_artifacts_of_run(app, record, nodes, edges):
    for name in ("created", "used"):
        for one in artifacts_of(app, record, name):
            if None in (one["type"], one["name"], one["version"]):
                continue
            artifact, run = artifact_node(one["type"], one["name"], one["version"]), run_node(record)
            nodes.setdefault(artifact["id"], artifact)
            nodes[run["id"]] = run
            edges.append(edge(run, artifact, "created") if name == "created" else edge(artifact, run, "used"))


def add_assets_of_run(app, record, nodes, edges):
    run = run_node(record)
    found = read_assets(app, record)
    for group in LISTS:
        for entry in found[group]:
            print_, label = text(entry.get("fingerprint")), text(entry.get("name")) or group
            node = {"id": "asset:%s:%s" % (label, print_), "kind": "asset", "label": label}
            nodes.setdefault(node["id"], node)
            nodes[run["id"]] = run
            edges.append(edge(run, node, "created") if group == "outputs" else edge(node, run, "used"))


def add_parents(app, nodes, edges):
    """Artifacts name those that they were made of as "name:vN"."""
    by_name = {}
    artifacts = all_artifacts(app.root)
    for kind, name in artifacts:
        by_name.setdefault(name, kind)
    for kind, name in artifacts:
        try:
            versions, _ = versions_of(app.root, kind, name)
        except ApiError:
            # versions.json is no JSON.
            continue
        for one in versions:
            child = artifact_node(kind, name, one["version"])
            nodes.setdefault(child["id"], child)
            for parent in details_of(app.root, kind, name, one["version"])["parents"]:
                parent_name, _, version = parent.partition(":v")
                if parent_name in by_name and version.isdigit():
                    node = artifact_node(by_name[parent_name], parent_name, int(version))
                    nodes.setdefault(node["id"], node)
                    edges.append(edge(node, child, "parent"))


def around(start, edges):
    """Ids of what leads to a node and from it, nearest first; not what else came of the same parents."""
    found = {start: None}
    for near, far in (("to", "from"), ("from", "to")):
        following = {}
        for one in edges:
            following.setdefault(one[near], []).append(one[far])
        waiting = [start]
        while waiting and len(found) < MAX_NODES:
            reached = [name for at in waiting for name in following.get(at, ()) if name not in found]
            waiting = list(dict.fromkeys(reached))[: MAX_NODES - len(found)]
            found.update(dict.fromkeys(waiting))
    return found


def run_node(record):
    row = record.row
    return {"id": "run:" + record.key, "kind": "run", "label": row["alias"] or row["id"], "run": record.key}


def artifact_node(kind, name, version):
    return {
        "id": "artifact:%s:%s:%d" % (kind, name, version),
        "kind": "artifact",
        "label": "%s:v%d" % (name, version),
        "type": kind,
        "name": name,
        "version": version,
    }


def edge(source, target, kind):
    return {"from": source["id"], "to": target["id"], "kind": kind}
