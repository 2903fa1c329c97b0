"""Prints half lines, bytes that are no UTF-8, terminal codes and numbers without end."""

import os
import time

import training

PIECES = (
    b"score: ", b"\xff\xfe\xc3\x28\n", b"\x1b[2J\x1b[31mscore:\x1b[0m", b"\r\r\r\n", b"\0" * 100,
    b"{\"score\": ", b"[" * 2000 + b"\n", b"score: 1e99999\n", b"score: " + b"9" * 400 + b"\n",
    b"Epoch 9999999999999999999999/0 - x: 1\n", b"\xed\xa0\x80", b"score=score=score=\n", b"\x1b]0;",
)

training.train()
while training.burning():
    for piece in PIECES:
        os.write(1, piece)
        os.write(2, piece)
        time.sleep(0.001)
