"""Prints a line of 100 MB, with a score in the midst of it, and never ends it."""

import os

import training

training.train()
for _ in range(100):
    os.write(1, b"score: 7 " + b"." * ((1 << 20) - 9))
training.linger()
