"""Writes one run with a bit of everything by Runicorn's own SDK: argv[1] is the storage, argv[2] a directory to work in."""

import os
import sys
import time

import runicorn

PNG = b"\x89PNG\r\n\x1a\n"


def main(storage, work):
    is_old = not hasattr(runicorn.Run, "log_config")
    run = (
        runicorn.init(project="vision", name="net", storage=storage)
        if is_old
        else runicorn.init(path="vision/net", storage=storage, alias="x", snapshot_code=True, workspace_root=code(work))
    )
    run.set_primary_metric("loss", mode="min")
    run.log({"loss": 0.5, "bad": float("nan")}, step=1, stage="warm-up")
    run.log({"loss": 0.25, "epoch": 1})
    run.log_image("samples", PNG, step=1, caption="one")
    run.log_text("hello")
    run.summary({"lr": 0.1})
    (artifacts if is_old else assets)(run, work)
    run.finish()


def assets(run, work):
    run.log_config(args={"lr": 0.1}, extra={"seed": 1})
    run.log_dataset("cifar", file_in(work, "data/a/1.bin", up=2), save=True, description="d")
    run.log_pretrained("resnet", path_or_uri="https://example.org", source_type="url", description="d")
    place = file_in(work, "out/model.pt")
    os.utime(place, (time.time() - 60, time.time() - 60))
    run.scan_outputs_once(output_dirs=[os.path.dirname(place)], stable_required=1)


def artifacts(run, work):
    first = runicorn.Artifact("speech", type="dataset")
    first.add_file(file_in(work, "list.txt"))
    run.log_artifact(first)
    second = runicorn.Artifact("net", type="model", description="d", metadata={"wer": 0.2})
    second.add_file(file_in(work, "model.pt"))
    run.log_artifact(second)
    run.use_artifact("speech:v1")


def code(work):
    return os.path.dirname(file_in(work, "code/train.py"))


def file_in(work, name, up=0):
    path = os.path.join(work, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write("content")
    for _ in range(up):
        path = os.path.dirname(path)
    return path


main(*sys.argv[1:])
