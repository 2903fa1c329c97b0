"""Seconds for ask and tell of 1,000 trials with 10 parameters, the sphere function, in memory.

    ask_tell.py hpopt|optuna
"""

import sys
import time

TRIALS, PARAMETERS = 1000, 10
NAMES = [f"x{i}" for i in range(PARAMETERS)]


def score(values):
    return sum((value - 0.3) ** 2 for value in values)


def by_hpopt():
    import hpopt

    space = {name: hpopt.Float(0, 1) for name in NAMES}
    began = time.perf_counter()
    study = hpopt.Study.open(
        "bench", storage="memory:", objectives="score:min", space=space, sampler="tpe"
    )
    for _ in range(TRIALS):
        trial = study.ask()
        study.tell(trial, score(trial.params.values()))
    return time.perf_counter() - began, study.best_score


def by_optuna():
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    space = {name: optuna.distributions.FloatDistribution(0, 1) for name in NAMES}
    began = time.perf_counter()
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=0))
    for _ in range(TRIALS):
        trial = study.ask(space)
        study.tell(trial, score(trial.params.values()))
    return time.perf_counter() - began, study.best_value


if __name__ == "__main__":
    print(*{"hpopt": by_hpopt, "optuna": by_optuna}[sys.argv[1]]())
