"""A tree of forty processes, three levels deep, that all ignore how the others fare."""

import training


def grow(levels):
    if levels > 0:
        for _ in range(3):
            training.child(lambda: grow(levels - 1))
    training.linger()


training.train()
grow(3)
