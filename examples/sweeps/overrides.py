#!/usr/bin/env python3
"""Takes its configuration as `name=value` words, as Hydra does; the task is the Branin function."""

import math
import os
import sys

config = {"task": "none"}
for word in sys.argv[1:]:
    name, separator, value = word.partition("=")
    if not separator or name not in ("x1", "x2", "task", "verbose"):
        sys.exit(f"overrides.py: {word!r} is not one of x1=, x2=, task=, verbose=")
    config[name] = value

if config["task"] != os.environ.get("SWEEP_TASK"):
    sys.exit("overrides.py: the environment that the command sets is missing")

# Branin 1972, with its usual constants; three minima of 0.397887.
x1, x2 = float(config["x1"]), float(config["x2"])
value = (x2 - 5.1 / (4 * math.pi**2) * x1**2 + 5 / math.pi * x1 - 6) ** 2
value += 10 * (1 - 1 / (8 * math.pi)) * math.cos(x1) + 10
if config.get("verbose", "").lower() == "true":
    print("evaluating the", config["task"], "function")
print(f"branin = {value:.6f}")
