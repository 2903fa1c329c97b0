"""Prints numbers under names that never come twice."""

import os

import training

training.train()
number = 0
while training.burning():
    lines = "".join(f"measure_{n} = 0.5, other_{n}: 1\n" for n in range(number, number + 500))
    os.write(1, lines.encode())
    number += 500
