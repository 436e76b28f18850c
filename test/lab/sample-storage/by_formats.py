"""Writes what by_sdk.py writes, without the SDK: argv[1] is the storage, argv[2] "0.5" or "0.6"."""

import sys
import time

from artifacts import create_version, use_version
from formats import Run


def main(storage, version):
    now = time.time()
    run = Run(storage, version, "vision/net", now, "abcdef", alias="x")
    run.log(now, {"loss": 0.5, "bad": float("nan")}, 1, "warm-up")
    run.log(now, {"loss": 0.25, "epoch": 1})
    run.image(now, "samples", 1, b"\x89PNG\r\n\x1a\n", "one")
    run.text(now, "hello")
    best = {"value": 0.25, "name": "loss", "step": 2, "mode": "min"}
    run.summary(dict({"lr": 0.1}, **{"best_metric_" + name: value for name, value in best.items()}))
    if version == "0.5":
        create_version(run, "dataset", "speech", {"list.txt": b"content"}, now)
        create_version(run, "model", "net", {"model.pt": b"content"}, now, description="d", metadata={"wer": 0.2})
        use_version(run, "dataset", "speech", 1, now)
    else:
        run.config({"lr": 0.1}, {"seed": 1})
        run.add_code({"train.py": "content"})
        run.add_dataset("cifar", {"a/1.bin": b"content"})
        run.add_pretrained("resnet", "https://example.org")
        run.add_output(now, "model.pt", b"content")
    run.finish(now)


main(*sys.argv[1:])
