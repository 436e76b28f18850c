"""The small storage: what a group of three has after a week, with all that can go wrong in it."""

import math
import os
import random

from artifacts import create_version, use_version
from formats import Run
from png import picture

HOUR = 3600
# A number that no process has: the kernel's limit is below it.
NO_PID = 2 ** 22 + 7
TRAIN = "from net import Net\n\nfor epoch in range(60):\n    train(Net())\n"


def write_scenes(storage, now):
    """Gives the number of runs."""
    vision(storage, now)
    language(storage, now)
    older(storage, now)
    return 11


def vision(storage, now):
    chance = random.Random(7)
    for number, (rate, tags) in enumerate(((0.1, []), (0.03, ["baseline"]), (0.01, ["best", "paper"]))):
        at = now - (60 - 12 * number) * HOUR
        run = Run(storage, "0.6", "vision/resnet", at, "a1b0c%d" % number, alias="resnet-lr%g" % rate, tags=tags)
        args = {"lr": rate, "batch": 128, "model": "resnet18", "optimizer": {"name": "sgd", "momentum": 0.9}}
        run.config(args, {"seed": 7 + number})
        run.add_code({"train.py": TRAIN, "net.py": "class Net:\n    pass\n"})
        run.add_dataset("cifar10", {"train/%d.bin" % k: bytes([k]) * 400 for k in range(5)})
        run.add_pretrained("resnet18", "https://huggingface.co/timm/resnet18")
        learn(run, at, rate, chance)
        run.add_output(at + HOUR, "model.pt", b"weights" * 500)
        run.summary({"best_metric_name": "accuracy", "best_metric_value": 0.8 + 0.05 * number,
                     "best_metric_step": 590, "best_metric_mode": "max", "params": 11181642})  # fmt: skip
        run.finish(at + HOUR)
    at = now - 20 * HOUR
    run = Run(storage, "0.6", "vision/resnet", at, "dead00", alias="too hot", pid=NO_PID)
    run.config({"lr": 1.0, "batch": 128, "model": "resnet18"})
    for step in range(1, 120):
        run.log(at + step, {"loss": 2.0 + step ** 2 / 100 if step < 90 else float("nan")}, step)
    run.text(at + 119, "\x1b[31mERROR\x1b[0m CUDA error: device-side assert triggered")


def learn(run, at, rate, chance):
    """Sixty epochs of ten steps, with two stages, a spike, pictures, and a log with colours and bars."""
    for step in range(1, 601):
        seconds = at + step * HOUR / 600
        loss = 2.3 * math.exp(-step * (0.002 + rate / 20)) + 0.15 + chance.gauss(0, 0.02)
        loss += 3.0 if step == 333 else 0.0
        data = {"train/loss": loss, "train/lr": rate * 0.5 * (1 + math.cos(math.pi * step / 600))}
        if step % 10 == 0:
            data.update({"epoch": step // 10})
        run.log(seconds, data, step, "warm-up" if step <= 60 else "training")
        if step % 10 == 0:
            accuracy = 0.9 - 0.8 * math.exp(-step * 0.006) + chance.gauss(0, 0.01)
            run.log(seconds, {"val/accuracy": accuracy, "val/loss": loss * 1.1}, step, "validation")
            bar = "".join("\r%3d%%|%-20s|" % (5 * k, "#" * k) for k in range(1, 21))
            run.text(seconds, "epoch %d %s" % (step // 10, bar))
            run.text(seconds, "\x1b[32mINFO\x1b[0m loss \x1b[1m%.4f\x1b[0m accuracy %.3f" % (loss, accuracy))
        if step % 100 == 0:
            run.image(seconds, "samples", step, picture(step / 600), "after %d steps" % step)
            run.image(seconds, "attention", step, picture(1 - step / 900), None)


def language(storage, now):
    at = now - 5 * HOUR
    run = Run(storage, "0.6", "language/gpt-small", at, "c0ffee", hostname="gpu-node-17", pid=4711)
    run.config({"lr": 3e-4, "context": 1024, "tokens": 1e9})
    for step in range(1, 400):
        # Begun anew from a checkpoint: steps go back.
        run.log(at + step, {"loss": 9 * step ** -0.3, "perplexity": math.exp(9 * step ** -0.3)},
                step if step < 250 else step - 50)  # fmt: skip
    # On another host, which has been silent since.
    for name in ("events.jsonl", "status.json"):
        os.utime(run.place(name), (at + 400, at + 400))
    run = Run(storage, "0.6", "language/gpt-small", at + HOUR, "facade", alias="\u00fcberlauf <b>&amp;</b>", tags=["\u65e5\u672c"])
    run.log(at + HOUR, {"loss": float("inf")}, 1)
    run.log(at + HOUR, {"loss": float("-inf")}, 2)
    run.log(at + HOUR, {"loss": 1.5, "note": "text", "ok": True}, 3)
    run.finish(at + HOUR + 9, "failed")
    run = Run(storage, "0.6", "language/gpt-small", at + 2 * HOUR, "babe00")
    run.log(at + 2 * HOUR, {"loss": 5.0})
    run.finish(at + 2 * HOUR + 5, "interrupted")
    run = Run(storage, "0.6", "language/trash", at + 3 * HOUR, "de1e7e")
    run.finish(at + 3 * HOUR + 5)
    run.delete(at + 4 * HOUR)


def older(storage, now):
    """0.5: a project, with artifacts that come of each other."""
    chance = random.Random(11)
    at = now - 400 * HOUR
    for number in range(3):
        run = Run(storage, "0.5", "speech/wav2vec", at + number * HOUR, "0501d%d" % number)
        run.summary({"lr": 0.001 * (number + 1), "hidden": 256, "notes": "old but good"})
        for step in range(1, 101):
            loss = 3 * math.exp(-step / 40) + chance.random() / 10
            run.log(at + step, {"loss": loss, "wer": loss / 4}, step)
        run.text(at + 100, "done")
        if number == 0:
            create_version(run, "dataset", "librispeech", {"list.txt": b"a.wav\nb.wav\n"}, at)
        else:
            use_version(run, "dataset", "librispeech", 1, at)
        create_version(run, "model", "wav2vec", {"model.pt": b"w" * (1000 + number), "notes/read.me": b"hi"},
                       at + number * HOUR, description="Checkpoint %d" % number, metadata={"wer": 0.2},
                       parents=["librispeech:v1"], tags=["speech"],
                       aliases=["best"] if number == 2 else [])  # fmt: skip
        run.finish(at + number * HOUR + 100)
