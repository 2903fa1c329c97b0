"""What was fixed before any sampler was tuned: seeds, first trials, optima."""

import json
import pathlib

PATH = pathlib.Path(__file__).resolve().parent / "problems.json"
SEEDS = list(range(1, 11))
INITIAL = 10  # random configurations that every tool begins with
MARKS = (10, 15, 20, 30, 50, 75, 100, 150, 200)  # numbers of trials after which it is looked at


def references():
    """Of each problem by its name: family, dimensions, y_ref, y_best."""
    return {entry["name"]: entry for entry in json.loads(PATH.read_text())["problems"]}
