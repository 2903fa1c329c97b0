"""Forks as fast as it can, until there are 300 of it."""

import training

training.train()
for _ in range(300):
    training.child()
training.linger()
