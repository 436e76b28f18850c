"""Serves Aim's own UI on a unix socket in the private directory, by its own option.

`config` is {"storage": path, "socket": path}.
"""

import os


def main(config):
    reports = prepare()
    path = as_path(config["socket"])
    require_private(os.path.dirname(path))
    report(reports, {"kind": "socket"}, "aim")
    root = as_path(config["storage"])
    repository = the_one(find_below(root, is_repository), "repository of Aim (.aim)", root)
    from aim.cli.cli import cli_entry_point

    words = ["aim", "up", "--repo", os.path.dirname(repository), "--uds", path]
    call(cli_entry_point, words + ["--workers", "1", "--read-only", "--yes"])


def is_repository(path):
    return os.path.basename(path) == ".aim" and os.path.isdir(path)


main(config)  # noqa: F821 - set by whoever runs this text
