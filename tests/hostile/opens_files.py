"""Opens as many files for writing as it may, thousands of them, and ten children hold them, too."""

import os

import training

training.train()
try:
    for _ in range(20000):
        os.open(training.FOLDER / "everything", os.O_WRONLY | os.O_CREAT, 0o600)
except OSError:
    pass
for _ in range(10):
    training.child()
training.linger()
