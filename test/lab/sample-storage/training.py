"""A run that goes on: a real training (see spirals.py), written as Runicorn's SDK would."""

import math
import random
import time

from formats import Run
from png import png
from spirals import Net, accuracy_of, spirals

HIDDEN = 24
RATE = 0.008
# The rate falls as a cosine, and begins anew after so many epochs.
CYCLE = 150
PICTURE_EVERY = 25
SIZE = 72


class Training:
    """Each call of `epoch` learns for one more, and tracks it."""

    def __init__(self, storage, now):
        self.chance = random.Random(7)
        self.points = spirals(self.chance, turn=6.5)
        self.unseen = spirals(self.chance, turn=6.5)
        self.net = Net(HIDDEN, self.chance)
        self.epochs = 0
        self.best = 0.0
        self.run = Run(storage, "0.6", "spirals/net", now, "11fe00", alias="live", tags=["live"])
        self.run.config({"lr": RATE, "hidden": HIDDEN, "optimizer": "sgd"}, {"cycle": CYCLE, "seed": 7})
        self.run.text(time.time(), "%d points to learn, %d to be asked for" % (len(self.points), len(self.unseen)))

    def epoch(self):
        rate = RATE * (0.1 + 0.45 * (1 + math.cos(math.pi * (self.epochs % CYCLE) / CYCLE)))
        self.epochs += 1
        loss = self.net.learn(self.points, rate, self.chance)
        unseen, accuracy = self.net.loss(self.unseen), accuracy_of(self.net, self.unseen)
        at = time.time()
        self.run.log(at, {"train/loss": loss, "val/loss": unseen, "val/accuracy": accuracy, "lr": rate, "epoch": self.epochs})
        color = 32 if accuracy >= self.best else 0
        told = (self.epochs, loss, unseen, color, accuracy)
        self.run.text(at, "epoch %4d  loss %.4f  unseen %.4f  accuracy \x1b[%dm%.3f\x1b[0m" % told)
        if accuracy > self.best:
            self.best = accuracy
            best = {"value": accuracy, "name": "val/accuracy", "step": self.epochs, "mode": "max"}
            self.run.summary({"best_metric_" + name: value for name, value in best.items()})
        if self.epochs % PICTURE_EVERY == 1:
            self.run.image(at, "boundary", self.epochs, self.picture(), "epoch %d" % self.epochs)

    def picture(self):
        """Where the net sees which arm, with the points that it learns from."""
        rows = [[shade(self.net.answer(place(x), place(y))) for x in range(SIZE)] for y in range(SIZE)]
        for x, y, target in self.points:
            column, row = pixel(x), pixel(y)
            if 0 <= row < SIZE and 0 <= column < SIZE:
                rows[row][column] = (255, 214, 92) if target else (20, 28, 60)
        return png(rows)


def place(pixel_):
    return (pixel_ / SIZE - 0.5) * 3


def pixel(place_):
    return int((place_ / 3 + 0.5) * SIZE)


def shade(answer):
    return int(58 + 170 * answer), int(92 + 50 * answer), int(196 - 110 * answer)
