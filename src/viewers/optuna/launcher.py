"""Serves optuna-dashboard's own application on a unix socket in the private directory.

`config` is {"storage": path, "socket": path}. The dashboard offers TCP only.
"""

import os
import socketserver
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer


def main(config):
    reports = prepare()
    path = as_path(config["socket"])
    require_private(os.path.dirname(path))
    listener, address = listen(path)
    root = as_path(config["storage"])
    study = the_one(
        find_below(root, lambda path: is_database(path) or is_journal(path)),
        "database or journal of Optuna",
        root,
    )
    from optuna_dashboard import wsgi

    storage = "sqlite:///" + study if is_database(study) else journal_at(study)
    server = Server(listener)
    server.set_app(wsgi(storage))
    report(reports, address, "optuna-dashboard")
    server.serve_forever()


def head_of(path):
    if not os.path.isfile(path):
        return b""
    with open(path, "rb") as file:
        return file.read(262144)


def is_database(path):
    return path.endswith((".db", ".sqlite", ".sqlite3")) and b"trial_values" in head_of(path)


def is_journal(path):
    return path.endswith((".log", ".journal", ".jsonl")) and b'"op_code"' in head_of(path)[:4096]


def journal_at(path):
    from optuna.storages import JournalStorage

    try:
        from optuna.storages.journal import JournalFileBackend
    except ImportError:
        from optuna.storages import JournalFileStorage as JournalFileBackend
    return JournalStorage(JournalFileBackend(path))


class Handler(WSGIRequestHandler):
    def address_string(self):
        # A socket's clients have no address.
        return "local"

    def get_environ(self):
        self.client_address = ("", 0)
        return super().get_environ()

    def log_request(self, *details):
        pass


class Server(socketserver.ThreadingMixIn, WSGIServer):
    """One thread for each request, on a listener that is there already."""

    daemon_threads = True

    def __init__(self, listener):
        super().__init__(("localhost", 0), Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.server_name, self.server_port = "localhost", 80
        self.setup_environ()


main(config)  # noqa: F821 - set by whoever runs this text
