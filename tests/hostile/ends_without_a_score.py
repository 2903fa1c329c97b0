"""Ends as if all were well, and has said nothing."""

import time

import training

time.sleep(0.1 + 0.2 * training.X)
