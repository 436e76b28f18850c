"""Serves Trackio's own application on a unix socket in the private directory.

`config` is {"storage": path, "socket": path}. Trackio offers TCP only; TRACKIO_DIR is set.
"""

import os
import sys


def main(config):
    reports = prepare()
    path = as_path(config["socket"])
    require_private(os.path.dirname(path))
    listener, address = listen(path)
    import uvicorn
    from trackio.server import build_starlette_app_only

    app = build_starlette_app_only(**frontend())
    # With it comes a token for changes, which is for nobody: this only shows.
    app = app[0] if isinstance(app, tuple) else app
    uvicorn_serves(listener, lambda: report(reports, address, "trackio"))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    server.run()
    if not server.started:
        sys.exit("Trackio did not start.")


def frontend():
    try:
        from trackio.frontend_config import resolve_frontend_dir
    except ImportError:
        return {}
    return {"frontend_dir": str(resolve_frontend_dir(None, announce=False).path)}


main(config)  # noqa: F821 - set by whoever runs this text
