"""Optuna on a command, with its own time limit, as its users write it."""

import sys
import time

import optuna

from subprocess_objective import scores


def objective(trial):
    x = trial.suggest_float("x", 0, 1)
    value = None
    for step, value in enumerate(scores(x)):
        trial.report(value, step)
        if trial.should_prune():
            raise optuna.TrialPruned
    return value


def main():
    seconds, workers, seed = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    sampler = optuna.samplers.TPESampler(seed=seed)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    print("begun", time.monotonic(), flush=True)
    study.optimize(objective, timeout=seconds, n_jobs=workers, catch=(Exception,))
    print("returned", time.monotonic(), flush=True)
    print("answer", study.best_value, flush=True)


if __name__ == "__main__":
    main()
