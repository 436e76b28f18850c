"""Writes runs of one project into argv[1], where TRACKIO_DIR leads."""

import math
import os
import sys

os.makedirs(sys.argv[1])
os.environ["TRACKIO_DIR"] = sys.argv[1]

import trackio  # noqa: E402 - reads the variable

for name, rate in (("fast", 0.05), ("slow", 0.01)):
    trackio.init(project="spirals", name=name, config={"rate": rate}, embed=False)
    for step in range(20):
        trackio.log({"loss": math.exp(-rate * step)})
    trackio.finish()
