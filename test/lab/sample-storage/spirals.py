"""Something to learn, and what learns it: spirals told apart by a net with one hidden layer, by
stochastic gradient descent, in plain Python.
"""

import math


def spirals(chance, count=60, turn=3.5):
    """Points (x, y, arm) on two arms, which wind by `turn`, in radians."""
    points = []
    for arm in (0, 1):
        for i in range(count):
            angle = turn * i / count + math.pi * arm
            radius = 0.2 + i / count
            x, y = radius * math.cos(angle), radius * math.sin(angle)
            points.append((x + chance.gauss(0, 0.1), y + chance.gauss(0, 0.1), float(arm)))
    return points


def accuracy_of(net, points):
    return sum((net.answer(x, y) > 0.5) == (target > 0.5) for x, y, target in points) / len(points)


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

    def loss(self, points):
        """The mean cross entropy."""
        return sum(entropy(self.answer(x, y), target) for x, y, target in points) / len(points)

    def learn(self, points, rate, chance):
        """One pass in random order; returns the mean cross entropy."""
        loss = 0.0
        for x, y, target in chance.sample(points, len(points)):
            activations = self.activations(x, y)
            answer = self.output(activations)
            loss += entropy(answer, target)
            error = answer - target
            for i, (weights, a) in enumerate(zip(self.hidden, activations)):
                slope = error * self.out[i] * (1 - a * a)
                self.out[i] -= rate * error * a
                weights[0] -= rate * slope * x
                weights[1] -= rate * slope * y
                weights[2] -= rate * slope
            self.out[-1] -= rate * error
        return loss / len(points)


def entropy(answer, target):
    return -math.log(max(1e-12, answer if target else 1 - answer))
