#!/usr/bin/env python3
"""Writes problems.json: what the problems are, and what their answers are measured against.

Run before anything is tuned, and again only where a problem is new: what stands there is fixed.
y_ref is the median of random configurations; y_best the known optimum, or the best that a long
random search and a local one around its answer find.

    ./dev bench samplers --references
"""

import json
import random
import statistics

import fixed
import spaces
from problems import suite

_DRAWS, _LOCAL = 1000, 1000
_WIDTHS = (0.3, 0.1, 0.03, 0.01)


def _near(space, config, width, source):
    """Another value for about half of the parameters."""
    moved = {}
    for parameter in space:
        share = parameter.share(config[parameter.name]) if parameter.name in config else 0.5
        if source.random() < 0.5:
            share = min(max(source.gauss(share, width), 0.0), 1 - 1e-9)
        moved[parameter.name] = parameter.at(share)
    return spaces.active(space, moved)


def _searched(problem, best, score, source):
    for step in range(_LOCAL):
        width = _WIDTHS[step * len(_WIDTHS) // _LOCAL]
        config = _near(problem.space, best, width, source)
        found = problem.truth(config)
        if found <= score:
            best, score = config, found
    return score


def _reference(problem):
    source = random.Random(problem.name)
    drawn = [spaces.draw(problem.space, source) for _ in range(_DRAWS)]
    scores = [problem.truth(config) for config in drawn]
    lowest = min(scores)
    best = (
        problem.best()
        if problem.best
        else _searched(problem, drawn[scores.index(lowest)], lowest, source)
    )
    return {
        "name": problem.name,
        "family": problem.family,
        "dimensions": len(problem.space),
        "noisy": problem.observe is not None,
        "y_ref": statistics.median(scores),
        "y_best": best,
        "known": problem.best is not None,
    }


def make():
    known = fixed.references() if fixed.PATH.exists() else {}
    entries = []
    for name, problem in suite.all_problems().items():
        entries.append(known.get(name) or _reference(problem))
        print(json.dumps(entries[-1]), flush=True)
    rows = ",\n    ".join(json.dumps(entry) for entry in entries)
    seeds = json.dumps(fixed.SEEDS)
    fixed.PATH.write_text(f'{{\n  "seeds": {seeds},\n  "problems": [\n    {rows}\n  ]\n}}\n')


if __name__ == "__main__":
    make()
