"""Takes all the memory that it can get, 400 MB, and keeps it."""

import resource

import training

MOST = 400 << 20

training.train()
resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))
eaten = []
try:
    while True:
        eaten.append(bytearray(b"x") * (8 << 20))
except MemoryError:
    training.linger()
