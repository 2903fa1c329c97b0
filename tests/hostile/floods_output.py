"""Writes a gigabyte to its output as fast as it is taken."""

import os

import training

LINE = (b"nothing to see here, " * 50 + b"\n") * 64

training.train()
for _ in range((1 << 30) // len(LINE)):
    os.write(1, LINE)
training.linger()
