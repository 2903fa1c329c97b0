"""Two processes in two sessions: when one of them dies, the other forks it again, 300 times."""

import os
import select
import signal
import time

import training


def wait_for_end_of(pipe):
    left = training.FUSE - (time.monotonic() - training.BEGUN)
    select.select([pipe], [], [], max(0, left))
    os.close(pipe)


def live(heads):
    while heads > 0 and training.burning():
        heads -= 1
        mine, of_other = os.pipe()
        of_mine, other = os.pipe()
        if os.fork() == 0:
            os.setsid()
            os.close(mine)
            os.close(other)
            wait_for_end_of(of_mine)
        else:
            os.close(of_other)
            os.close(of_mine)
            wait_for_end_of(mine)
            os.close(other)


training.train()
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
live(300)
