"""Leaves a daemon: a session of its own, an orphan, no streams; then it ends as if all were well."""

import os

import training


def serve():
    for stream in (0, 1, 2):
        os.close(stream)
    training.linger()


training.daemon(serve)
training.train()
