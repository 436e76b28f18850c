"""Writes sample experiments, without any package: a small storage with a bit of everything, or a big one.

argv[1]: {"storage": path} and any of
  "sample": true          ten runs in 0.5's and 0.6's layouts, with images, logs, assets and artifacts
  "runs": N               N more runs that have ended, of "lines" lines each (20)
  "long": N               one more run, of N lines with ten metrics
  "live": SECONDS         one more run that goes on, an epoch every so many seconds, until this process ends;
                          its first "head" epochs (1) take no pause
Prints one line of JSON when all but the live run is written: {"storage", "runs", "live": directory or null}.
"""

import json
import math
import os
import random
import sys
import time

from formats import Run
from scenes import write_scenes
from training import Training

METRICS = 10


def main(settings):
    storage = settings["storage"]
    os.makedirs(storage, exist_ok=True)
    now = settings.get("now", time.time())
    count = write_scenes(storage, now) if settings.get("sample") else 0
    count += write_many(storage, now, settings.get("runs", 0), settings.get("lines", 20))
    if settings.get("long"):
        write_long(storage, now, settings["long"])
        count += 1
    pace = settings.get("live")
    training = Training(storage, now) if pace else None
    for _ in range(settings.get("head", 1) if training else 0):
        training.epoch()
    directory = training.run.directory if training else None
    print(json.dumps({"storage": storage, "runs": count + (training is not None), "live": directory}), flush=True)
    while training:
        time.sleep(pace)
        training.epoch()


def write_many(storage, now, runs, lines):
    """Runs that differ a little, a minute apart, over 70 paths."""
    chance = random.Random(1)
    for number in range(runs):
        at = now - 60 * (runs - number) - 3600
        path = "group%d/model%d" % (number % 10, number % 7)
        run = Run(storage, "0.6", path, at, "%06x" % number, pid=2 ** 22 + number % 1000)
        rate = 10 ** chance.uniform(-4, -1)
        run.config({"lr": rate, "batch": 2 ** chance.randrange(4, 9), "seed": number})
        write_lines(run, at, lines, chance)
        best = {"value": chance.random(), "name": "accuracy", "step": lines, "mode": "max"}
        run.summary({"best_metric_" + name: value for name, value in best.items()})
        run.finish(at + lines)
    return runs


def write_lines(run, at, lines, chance):
    texts = []
    for step in range(1, lines + 1):
        data = {
            "loss": 2 * math.exp(-step / lines * 3) + chance.random() / 10,
            "accuracy": 1 - math.exp(-step / lines * 3) * 0.9,
            "global_step": step,
            "time": at + step,
        }
        texts.append(json.dumps({"ts": at + step, "type": "metrics", "data": data}))
    with open(run.place("events.jsonl"), "w") as file:
        file.write("\n".join(texts) + "\n")


def write_long(storage, now, lines):
    """One run with so many lines of ten metrics, about 400 bytes each."""
    chance = random.Random(2)
    at = now - lines / 10 - 60
    run = Run(storage, "0.6", "long/training", at, "10a6e0", pid=2 ** 22)
    with open(run.place("events.jsonl"), "w") as file:
        for step in range(lines):
            decay = math.exp(-3 * step / lines)
            data = {"metric%d/value" % k: decay * (k + 1) + chance.random() / 5 for k in range(METRICS)}
            data.update(global_step=step, time=at + step / 10)
            file.write(json.dumps({"ts": at + step / 10, "type": "metrics", "data": data}) + "\n")
    run.finish(now - 60)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
