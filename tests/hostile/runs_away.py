"""A daemon that never stays: a new process in a new session every few milliseconds."""

import os
import time

import training


def hop():
    while training.burning():
        if os.fork() != 0:
            os._exit(0)
        os.setsid()
        time.sleep(0.005)


training.train()
training.daemon(hop)
training.linger()
