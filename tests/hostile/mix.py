"""Runs one of the kinds named in HOSTILE_KINDS, chosen by the trial's --x."""

import os
import pathlib
import runpy
import sys

import training

kinds = os.environ["HOSTILE_KINDS"].split(",")
program = pathlib.Path(__file__).with_name(kinds[int(training.X * 1e6) % len(kinds)] + ".py")
sys.argv[0] = str(program)
runpy.run_path(str(program), run_name="__main__")
