"""Who answers, and what it serves."""

import getpass
import os
import platform
import socket
import time

from porthole_viewer import API, VERSION
from porthole_viewer.answer import json_answer
from porthole_viewer.storage.keys import display
from porthole_viewer.storage.nearest import LOOKS_FOR, describe_storage


def health(app, params, request):
    return json_answer({"status": "ok"})


def info(app, params, request):
    return json_answer(server_info(app))


def server_info(app):
    return {
        "viewer": "porthole",
        "api": API,
        "version": VERSION,
        "python": platform.python_version(),
        "host": socket.gethostname(),
        "user": user_name(),
        "pid": os.getpid(),
        "startedAt": app.started_at,
        "now": time.time(),
        "manage": app.settings.manage,
        "storage": storage_info(app),
    }


def storage_info(app):
    state, message, nearest = describe_storage(app.root, app.index)
    return {
        "path": display(app.root.path),
        "state": state,
        "message": message,
        "looksFor": LOOKS_FOR,
        "nearest": [{"path": display(path), "runs": runs} for path, runs in nearest],
    }


def user_name():
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # An account without a name: containers have them.
        return str(os.geteuid())
