"""Writes event files of two runs as trainings do, with tensorboardX: argv[1] is the log directory."""

import math
import os
import sys

from tensorboardX import SummaryWriter

STEPS = 200

for name, rate in (("fast", 0.05), ("slow", 0.01)):
    with SummaryWriter(os.path.join(sys.argv[1], name, "version_0")) as writer:
        for step in range(STEPS):
            loss = math.exp(-rate * step) + 0.02 * math.sin(step)
            writer.add_scalar("loss/train", loss, step)
            writer.add_scalar("accuracy/train", 1 - loss / 1.1, step)
        writer.add_text("notes", "a run named %s" % name)
