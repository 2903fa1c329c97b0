"""Says with each line that its full length is another one."""

import os

import training

training.train()
length = 3
while training.burning():
    lines = "".join(f"Epoch 3/{n} - score: 0.5\n" for n in range(length, length + 500))
    os.write(1, lines.encode())
    length += 500
