"""Writes 512 MB into its checkpoint folder, again and again."""

import os
import pathlib

import training

MEBIBYTE = b"x" * (1 << 20)

training.train()
folder = pathlib.Path(os.environ.get("HPOPT_CHECKPOINT_DIR", training.FOLDER))
while training.burning():
    with open(folder / f"checkpoint-{os.getpid()}", "wb") as file:
        for _ in range(512):
            file.write(MEBIBYTE)
