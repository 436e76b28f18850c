"""A small but real training, tracked with Runicorn's own SDK: two spirals told apart by a net with
one hidden layer, by stochastic gradient descent, in plain Python.

argv[1]: {"storage": path, "trainings": [{"name", "learningRate", "rateFactor", "hidden",
          "epochs", "paceS"}]}
Prints one line of JSON per run as soon as its first epoch is tracked: {"runId", "directory"}.
"""

import json
import math
import random
import sys
import time

import runicorn

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
        accuracy = sum((net.answer(x, y) > 0.5) == (t > 0.5) for x, y, t in points) / len(points)
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


def spirals(chance, count=60):
    points = []
    for arm in (0, 1):
        for i in range(count):
            angle = 3.5 * i / count + math.pi * arm
            radius = 0.2 + i / count
            x, y = radius * math.cos(angle), radius * math.sin(angle)
            points.append((x + chance.gauss(0, 0.1), y + chance.gauss(0, 0.1), float(arm)))
    return points


class Net:
    def __init__(self, hidden, chance):
        self.hidden = [[chance.gauss(0, 2) for _ in range(3)] for _ in range(hidden)]
        self.out = [chance.gauss(0, 0.5) for _ in range(hidden + 1)]

    def activations(self, x, y):
        return [math.tanh(a * x + b * y + c) for a, b, c in self.hidden]

    def answer(self, x, y):
        return self.output(self.activations(x, y))

    def output(self, activations):
        total = self.out[-1] + sum(w * a for w, a in zip(self.out, activations))
        return 1 / (1 + math.exp(-max(-500.0, min(500.0, total))))

    def learn(self, points, rate, chance):
        """One pass in random order; returns the mean cross entropy."""
        loss = 0.0
        for x, y, target in chance.sample(points, len(points)):
            activations = self.activations(x, y)
            answer = self.output(activations)
            loss -= math.log(max(1e-12, answer if target else 1 - answer))
            error = answer - target
            for i, (weights, a) in enumerate(zip(self.hidden, activations)):
                slope = error * self.out[i] * (1 - a * a)
                self.out[i] -= rate * error * a
                weights[0] -= rate * slope * x
                weights[1] -= rate * slope * y
                weights[2] -= rate * slope
            self.out[-1] -= rate * error
        return loss / len(points)


main(json.loads(sys.argv[1]))
