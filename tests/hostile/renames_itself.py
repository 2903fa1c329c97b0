"""A daemon with the name of a kernel thread, an empty environment and / as its directory."""

import os
import sys

import training

NAME = "kworker/0:1"
WAIT = f"import time; time.sleep({training.FUSE})"


def disguise():
    os.open(training.FOLDER, os.O_RDONLY)  # by this alone the test can still find it
    os.set_inheritable(3, True)
    os.chdir("/")
    os.execve(sys.executable, [NAME, "-c", WAIT], {})


training.train()
os.closerange(3, 64)
training.daemon(disguise)
training.linger()
