"""Ignores every signal that can be ignored."""

import signal

import training

for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD}:
    try:
        signal.signal(number, signal.SIG_IGN)
    except OSError:  # those that the C library keeps for itself
        pass
training.train()
training.linger()
