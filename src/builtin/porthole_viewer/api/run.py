"""All about one run."""

import os
import stat

from porthole_viewer.answer import json_answer
from porthole_viewer.events.summing import table_sums
from porthole_viewer.storage.documents import read_document
from porthole_viewer.storage.flatten import flatten
from porthole_viewer.storage.keys import display
from porthole_viewer.storage.record import BASE_COLUMNS

# A page shows what is there and asks again.
WAIT_S = 0.3
MAX_FILES = 2000
SUM_COLUMNS = ("count", "last", "lastStep", "min", "minStep", "max", "maxStep", "nonFinite")
DOCUMENTS = {
    "meta": "meta.json",
    "statusFile": "status.json",
    "summary": "summary.json",
    "assets": "assets.json",
    "environment": "environment.json",
    "deleted": ".deleted",
}


def run(app, params, request):
    record = app.record(params["run"])
    app.index.look_at(record.relative)
    place = app.root.join(record.relative)
    documents = {name: read_document(place + "/" + file) for name, file in DOCUMENTS.items()}
    values = {name: one.value for name, one in documents.items()}
    file = app.events().file(record)
    file.update(WAIT_S)
    problems = [one.problem for one in documents.values() if one.problem]
    files, logs = files_of(place, problems)
    with file.lock:
        table = file.table
        if file.problem:
            problems.append(file.problem)
        return json_answer(
            {
                "row": {name: record.row.get(name) for name in BASE_COLUMNS},
                "meta": values["meta"] or {},
                "statusFile": values["statusFile"] or {},
                "summary": values["summary"] or {},
                "config": config_of(values["assets"] or {}, values["summary"] or {}),
                "environment": values["environment"],
                "deleted": values["deleted"],
                "stages": stages_of(table),
                "metrics": metrics_of(table),
                "events": events_of(file, table),
                "xAxes": ["step", "relative", "wall"]
                + (["epoch"] if "epoch" in table.columns else []),
                "logs": None if logs is None else {"size": logs},
                "files": files,
                "problems": problems,
            }
        )


def config_of(assets, summary):
    config = assets.get("config")
    if isinstance(config, dict) and any(config.get(name) for name in ("args", "extra")):
        files = config.get("config_files")
        return {
            "source": "config",
            "values": {name: config.get(name) for name in ("args", "extra")},
            "flat": flatten(config.get("args"), config.get("extra")),
            "files": files if isinstance(files, list) else [],
        }
    return {
        "source": "summary" if summary else None,
        "values": summary,
        "flat": flatten(summary),
        "files": [],
    }


def stages_of(table):
    names = [stage for stage, _, _ in table.stages]
    first = [row for _, row, _ in table.stages]
    last = [row for _, _, row in table.stages]
    return {
        "name": names,
        "fromStep": [table.steps[row] for row in first],
        "toStep": [table.steps[row] for row in last],
        "fromTime": [table.times[row] for row in first],
        "toTime": [table.times[row] for row in last],
    }


def metrics_of(table):
    sums = table_sums(table)
    names = sorted(sums)
    columns = {
        column: [sums[name][number] for name in names] for number, column in enumerate(SUM_COLUMNS)
    }
    return dict(columns, name=names)


def events_of(file, table):
    return {
        "rows": table.count,
        "bytes": file.offset,
        "size": file.size,
        "complete": file.is_complete(),
        "images": len(table.images),
        "skipped": dict(table.skipped, torn=int(file.torn)),
    }


def files_of(place, problems):
    """(columns of the files below the run, size of its log or None). Links are listed, not followed."""
    found, logs = [], None
    waiting = [""]
    while waiting and len(found) < MAX_FILES:
        directory = waiting.pop()
        try:
            with os.scandir(os.path.join(place, directory)) as entries:
                for entry in sorted(entries, key=lambda one: one.name):
                    relative = directory + entry.name
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(relative + "/")
                        continue
                    status = entry.stat(follow_symlinks=False)
                    if relative.endswith(".lock"):
                        continue
                    if relative == "logs.txt" and stat.S_ISREG(status.st_mode):
                        logs = status.st_size
                    found.append((relative, status.st_size, status.st_mtime))
        except OSError as error:
            problems.append("%s: %s" % (display(directory) or "the run's directory", error.strerror))
    found = found[:MAX_FILES]
    return {
        "path": [display(one[0]) for one in found],
        "size": [one[1] for one in found],
        "modifiedAt": [one[2] for one in found],
    }, logs
