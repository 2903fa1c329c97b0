"""Runs that are known already: those of this clone, and those that are committed.

A run is known by its tool, the tool's version, the problem, the seed and the number of trials.
"""

import json

import record

FOLDER = record.ROOT / ".cache" / "samplers"
COMMITTED = record.RESULTS / "samplers.json"
_KEY = ("tool", "version", "problem", "seed", "trials")


def key(run):
    return tuple(run[name] for name in _KEY)


def _own():
    for path in sorted(FOLDER.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                continue  # cut short when the benchmark was killed


def _committed():
    if COMMITTED.exists():
        yield from json.loads(COMMITTED.read_text())["runs"]


def load():
    return {key(run): run for runs in (_committed(), _own()) for run in runs}


def add(run):
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / f"{run['tool']}.jsonl", "a", encoding="utf-8") as file:
        file.write(json.dumps(run) + "\n")
