"""A small but real training (see spirals.py), tracked with Runicorn's own SDK.

argv[1]: {"storage": path, "trainings": [{"name", "learningRate", "rateFactor", "hidden",
          "epochs", "paceS"}]}
Prints one line of JSON per run as soon as its first epoch is tracked: {"runId", "directory"}.
"""

import json
import random
import sys
import time

import runicorn
from spirals import Net, accuracy_of, spirals

# Guessing costs 0.7; nothing that is still learning costs this much.
LOST = 2


def main(settings):
    for training in settings["trainings"]:
        try:
            train(settings["storage"], training)
        except FloatingPointError as error:
            print("%s: %s" % (training["name"], error), file=sys.stderr)


def train(storage, training):
    run = start_run(storage, training["name"])
    try:
        learn_and_track(run, training)
    except FloatingPointError:
        run.finish("failed")
        raise
    run.finish()


def learn_and_track(run, training):
    if hasattr(run, "log_config"):  # since 0.6
        run.log_config(extra=training)
    else:
        run.summary(training)
    run.set_primary_metric("accuracy", mode="max")
    run.log_text("training %s" % json.dumps(training))
    chance = random.Random(7)
    points = spirals(chance)
    net = Net(training["hidden"], chance)
    for epoch in range(1, training["epochs"] + 1):
        rate = training["learningRate"] * training["rateFactor"] ** epoch
        loss = net.learn(points, rate, chance)
        accuracy = accuracy_of(net, points)
        run.log({"loss": loss, "accuracy": accuracy, "lr": rate}, step=epoch)
        run.log_text("epoch %d: loss %.4f, accuracy %.3f" % (epoch, loss, accuracy))
        if epoch == 1:
            print(json.dumps({"runId": run.id, "directory": str(run.run_dir)}), flush=True)
        if not loss < LOST:
            raise FloatingPointError("the loss has run away: %r" % loss)
        time.sleep(training["paceS"])


def start_run(storage, name):
    try:
        return runicorn.init(path="spirals/" + name, storage=storage)
    except TypeError:  # before 0.6 a run had a project and a name, not a path
        return runicorn.init(project="spirals", name=name, storage=storage)


main(json.loads(sys.argv[1]))
