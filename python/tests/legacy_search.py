"""What the tests of the original's API share: a small search, and a training that needs no data."""

from __future__ import annotations

import math
from typing import Any

import hpopt

ITERATIONS = 4


def space() -> dict[str, hpopt.SearchSpace]:
    return {
        "lr": hpopt.SearchSpace("loguniform", [0.0001, 0.1]),
        "bs": hpopt.SearchSpace("qloguniform", [8, 256, 4]),
        "opt": hpopt.SearchSpace("choice", ["sgd", "adam"]),
    }


def create(**arguments: Any) -> Any:
    given = {
        "full_dataset_size": 1000,
        "num_full_iterations": 10,
        "search_space": space(),
        "num_trials": 8,
        "max_iterations": ITERATIONS,
        "subset_ratio": 0.5,
    }
    return hpopt.create(**{**given, **arguments})


def score(params: dict[str, Any], iteration: int) -> float:
    """Best at lr 0.01 with adam; grows with every iteration."""
    value = 1 - 0.2 * abs(math.log10(params["lr"]) + 2) - 0.1 * (params["opt"] == "sgd")
    return value * (1 - 0.5**iteration)


def train(config: dict[str, Any], sign: float = 1) -> int:
    """Returns the number of iterations that it was let run."""
    for iteration in range(1, config["iterations"] + 1):
        said = hpopt.report(config=config, score=sign * score(config["params"], iteration))
        if said == hpopt.Status.STOP:
            return iteration
        assert said == hpopt.Status.RUNNING
    raise AssertionError("nobody said STOP at the last iteration")


def train_all(search: Any, sign: float = 1) -> list[dict[str, Any]]:
    configs = []
    while (config := search.get_next_sample()) is not None:
        configs.append(config)
        train(config, sign)
    return configs
