"""Says garbage and lines without end by the report socket, and never reads an answer."""

import os
import socket

import training

PIECES = (b"\xff\xfe\n", b"{}\n", b"{\"metric\": \"score\", \"value\": \n", b"[" * 5000 + b"\n",
          b"{\"metric\": \"\", \"step\": 1e300, \"value\": 0.1}\n", b"x" * (1 << 20))


def connect(path):
    link = socket.socket(socket.AF_UNIX)
    link.settimeout(1)
    link.connect(path)
    return link


training.train()
path = os.environ.get("HPOPT_REPORT", "")
links = []
while path and training.burning():
    try:
        links.append(connect(path))
        for piece in PIECES:
            links[-1].sendall(piece)
    except OSError:
        del links[:-200]
training.linger()
