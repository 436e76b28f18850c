"""Serves JupyterLab, or Notebook where that is all there is, on a unix socket in the private directory.

`config` is {"storage": path, "socket": path, "runtime": path}; the token comes by the environment.
"""

import os


def main(config):
    reports = prepare()
    path = as_path(config["socket"])
    require_private(os.path.dirname(path))
    distribution, function = installed_app()
    report(reports, {"kind": "socket"}, distribution)
    storage = as_path(config["storage"])
    is_file = os.path.isfile(storage)
    words = [
        "jupyter",
        "--no-browser",
        "--allow-root",
        "--ServerApp.sock=" + path,
        "--ServerApp.sock_mode=0600",
        "--ServerApp.root_dir=" + (os.path.dirname(storage) if is_file else storage),
        # Kernels talk over sockets in the private directory, not over ports.
        "--KernelManager.transport=ipc",
    ]
    if is_file:
        from urllib.parse import quote

        words.append("--ServerApp.default_url=/lab/tree/" + quote(os.path.basename(storage)))
    call(function, words)


def installed_app():
    try:
        from jupyterlab.labapp import main as lab

        return "jupyterlab", lab
    except ImportError:
        from notebook.app import main as notebook

        return "notebook", notebook


main(config)  # noqa: F821 - set by whoever runs this text
