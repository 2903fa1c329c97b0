"""Burns eight cores, with the highest priority that it is given."""

import os

import training


def burn():
    try:
        os.nice(-20)
    except PermissionError:
        pass
    while training.burning():
        pass


training.train()
for _ in range(7):
    training.child(burn)
burn()
