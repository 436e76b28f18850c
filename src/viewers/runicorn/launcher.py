"""Serves Runicorn's own viewer, unmodified, on a unix socket in the session's private directory.

`config` is {"storage": path, "socket": path}.
"""

import logging
import os
import sys

# For requests that are still open when the viewer is told to end (log streams stay open for ever).
CLOSE_OPEN_REQUESTS_S = 1


def main(config):
    reports = prepare()
    storage = as_path(config["storage"])
    require_utf8(storage)
    path = as_path(config["socket"])
    runtime = os.path.dirname(path)
    require_private(runtime)
    keep_logs_out_of_home(runtime)
    listener, address = listen(path)
    serve(storage, listener, lambda: report(reports, address, "runicorn"))


def require_utf8(storage):
    """Runicorn's answers hold the path as UTF-8 text: with any other it answers each request with 500."""
    try:
        storage.encode("utf-8")
    except UnicodeEncodeError:
        sys.exit("Runicorn cannot show %r: the path is not valid UTF-8. Rename it." % storage)


def keep_logs_out_of_home(runtime):
    """Runicorn keeps log files in the home, which stay, and where it may not or cannot write.

    Up to 0.7.0 it leaves a logger alone that has a handler. Later releases take the place from
    these variables; they tidy up beside the last directory, so it has a parent of its own.
    """
    logging.getLogger("runicorn").addHandler(logging.StreamHandler())
    os.environ["RUNICORN_REMOTE_MODE"] = "1"
    os.environ["RUNICORN_REMOTE_LOG_DIR"] = os.path.join(runtime, "runicorn", "log")


def serve(storage, listener, on_listening):
    import uvicorn
    from runicorn.viewer import create_app

    class Server(uvicorn.Server):
        async def startup(self, sockets=None):
            await super().startup(sockets=sockets)
            if self.started:
                on_listening()

    server = Server(
        uvicorn.Config(
            create_app(storage=storage),
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=CLOSE_OPEN_REQUESTS_S,
        )
    )
    server.run(sockets=[listener])
    if not server.started:
        sys.exit("Runicorn's viewer did not start.")


main(config)  # noqa: F821 - set by whoever runs this text
