"""Serves MLflow's own server on a unix socket in the private directory, by options of uvicorn's.

`config` is {"storage": path, "socket": path}.
"""

import os


def main(config):
    reports = prepare()
    path = as_path(config["socket"])
    require_private(os.path.dirname(path))
    report(reports, {"kind": "socket"}, "mlflow")
    store = store_in(as_path(config["storage"]))
    directory = os.path.dirname(store)
    # Artifacts that were logged by relative paths lie beside the store.
    os.chdir(directory)
    is_file = os.path.isfile(store)
    from mlflow.cli import cli

    words = ["mlflow", "server", "--backend-store-uri", ("sqlite:///" if is_file else "") + store]
    # uvicorn takes the socket and leaves host and port alone where it gets both.
    words += ["--host", "127.0.0.1", "--port", "5000", "--uvicorn-opts", "--uds " + path]
    call(cli, words + ["--workers", "1"])


def store_in(root):
    """The database or the directory of files that MLflow wrote, at or below the storage."""
    return the_one(
        find_below(root, is_database) or find_below(root, is_file_store), "store of MLflow", root
    )


def is_database(path):
    return os.path.basename(path) == "mlflow.db" or (path.endswith(".db") and is_schema_of_mlflow(path))


def is_schema_of_mlflow(path):
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return b"registered_models" in file.read(262144)


def is_file_store(path):
    return os.path.basename(path) == "mlruns" or os.path.isfile(os.path.join(path, "0", "meta.yaml"))


main(config)  # noqa: F821 - set by whoever runs this text
