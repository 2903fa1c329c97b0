"""Ends, while a process in another session keeps its output open."""

import training

training.train()
training.daemon()
