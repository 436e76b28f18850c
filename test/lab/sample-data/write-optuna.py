"""Writes a study into a database in argv[1]."""

import os
import sys

import optuna

os.makedirs(sys.argv[1])
optuna.logging.set_verbosity(optuna.logging.WARNING)
study = optuna.create_study(
    study_name="spirals", storage="sqlite:///" + os.path.join(sys.argv[1], "studies.db")
)
study.optimize(lambda trial: (trial.suggest_float("x", -10, 10) - 2) ** 2, n_trials=20)
