"""Serves marimo on a unix socket in the private directory.

`config` is {"storage": path, "socket": path}. marimo offers TCP only; its server, uvicorn, is handed
the socket. The port that it is told is never listened at.
"""

import os


def main(config):
    reports = prepare()
    path = as_path(config["socket"])
    require_private(os.path.dirname(path))
    listener, address = listen(path)
    uvicorn_serves(listener, lambda: report(reports, address, "marimo"))
    from marimo._cli.cli import main as marimo

    words = ["marimo", "--quiet", "--yes", "edit", as_path(config["storage"]), "--headless"]
    # Whoever reaches the socket is this account; porthole's token guards the other end.
    words += ["--no-token", "--skip-update-check", "--host", "127.0.0.1", "--port", "2718"]
    call(marimo, words)


main(config)  # noqa: F821 - set by whoever runs this text
