"""Serves a Streamlit app on a unix socket in the private directory.

`config` is {"storage": path, "socket": path}. Streamlit offers TCP only; its server, uvicorn, is handed
the socket. The port that it is told is bound for a moment and never listened at.
"""

import os
import socket

# What its makers and templates call the file of an app.
NAMES = ("streamlit_app.py", "app.py", "main.py", "Home.py")


def main(config):
    reports = prepare()
    path = as_path(config["socket"])
    require_private(os.path.dirname(path))
    listener, address = listen(path)
    app = app_in(as_path(config["storage"]))
    uvicorn_serves(listener, lambda: report(reports, address, "streamlit"))
    from streamlit.web.cli import main as streamlit

    # As the user's own start in the app's directory: its settings and secrets lie there.
    os.chdir(os.path.dirname(app))
    words = ["streamlit", "run", app, "--server.headless=true", "--server.address=127.0.0.1"]
    words += ["--server.port=%d" % free_port(), "--browser.gatherUsageStats=false"]
    call(streamlit, words)


def app_in(root):
    """The script that the storage is, or the one in it that is an app."""
    if os.path.isfile(root):
        return root
    apps = find_below(root, is_app, 1)
    named = [os.path.join(root, name) for name in NAMES if os.path.join(root, name) in apps]
    return the_one(named + [one for one in apps if one not in named], "Streamlit app", root)


def is_app(path):
    if not path.endswith(".py") or not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        head = file.read(262144)
    return b"import streamlit" in head or b"from streamlit" in head


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


main(config)  # noqa: F821 - set by whoever runs this text
