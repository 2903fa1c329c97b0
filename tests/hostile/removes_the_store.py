"""Removes the store, journal and all."""

import shutil

import training

training.train()
shutil.rmtree(training.FOLDER / ".hpopt", ignore_errors=True)
training.report(3)
training.linger()
