"""Writes runs of one experiment into a database in argv[1], as a training with MLflow does."""

import math
import os
import sys

import mlflow

os.makedirs(sys.argv[1])
os.chdir(sys.argv[1])
mlflow.set_tracking_uri("sqlite:///" + os.path.join(sys.argv[1], "mlflow.db"))
mlflow.create_experiment("spirals", artifact_location=os.path.join(sys.argv[1], "artifacts"))
mlflow.set_experiment("spirals")
for name, rate in (("fast", 0.05), ("slow", 0.01)):
    with mlflow.start_run(run_name=name):
        mlflow.log_param("rate", rate)
        for step in range(20):
            mlflow.log_metric("loss", math.exp(-rate * step), step=step)
