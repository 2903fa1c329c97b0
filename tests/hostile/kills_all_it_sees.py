"""Sends KILL to every process that it may, where it sees none but those of the run."""

import os
import signal

import training

training.train()
outside = os.environ.get("HOSTILE_PID_NAMESPACE")
if outside and os.readlink("/proc/self/ns/pid") != outside:
    os.kill(-1, signal.SIGKILL)
training.linger()
