"""Writes runs into a repository of Aim in argv[1]."""

import math
import os
import sys

from aim import Repo, Run

os.makedirs(sys.argv[1])
Repo(sys.argv[1], init=True)
for name, rate in (("fast", 0.05), ("slow", 0.01)):
    run = Run(repo=sys.argv[1], experiment="spirals", system_tracking_interval=None, log_system_params=False)
    run.name = name
    run["rate"] = rate
    for step in range(20):
        run.track(math.exp(-rate * step), name="loss", step=step)
    run.close()
