"""Removes its own folder with its log, its parameters and its checkpoints."""

import os
import pathlib
import shutil

import training

training.train()
checkpoints = os.environ.get("HPOPT_CHECKPOINT_DIR")
if checkpoints:
    trial = pathlib.Path(checkpoints).resolve().parent
    assert trial.is_relative_to(training.FOLDER.resolve())
    shutil.rmtree(trial, ignore_errors=True)
training.report(3)
training.linger()
