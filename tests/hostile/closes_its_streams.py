"""Closes its output and goes on."""

import os

import training

training.train()
os.close(1)
os.close(2)
training.linger()
