"""Blocks every signal, so that TERM waits for ever."""

import signal

import training

signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
training.train()
training.linger()
