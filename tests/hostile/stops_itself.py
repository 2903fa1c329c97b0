"""Stops itself, so that it hears of nothing."""

import os
import signal
import time

import training


def wake(number):
    time.sleep(training.FUSE)
    os.kill(number, signal.SIGKILL)


training.train()
stopped = os.getpid()
training.child(lambda: wake(stopped))
os.kill(stopped, signal.SIGSTOP)
training.linger()
