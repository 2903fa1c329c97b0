#!/usr/bin/env python3
"""Gradient boosting for the breast cancer data of Wisconsin, tuned within a time.

    python examples/lightgbm/tune.py --time 30s

A step is a boosting round: who falls behind after few rounds waits or is stopped. The study lies in
`.hpopt`, where `hpopt list`, `hpopt best` and `hpopt why TRIAL` look at it; the same command again,
with more time, goes on.
"""

from __future__ import annotations

import argparse

import lightgbm
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

import hpopt
from hpopt.integrations.lightgbm import HpoptCallback

ROUNDS = 300

SPACE = {
    "learning_rate": hpopt.Float(0.005, 0.5, log=True, default=0.1),
    "num_leaves": hpopt.Int(2, 64, log=True, default=31),
    "min_data_in_leaf": hpopt.Int(1, 60, log=True, default=20),
    "feature_fraction": hpopt.Float(0.1, 1, default=1),
    "lambda_l2": hpopt.Float(1e-4, 100, log=True, default=1e-4),
}


def objective(trial: hpopt.Trial) -> float | None:
    train_x, valid_x, train_y, valid_y = train_test_split(
        *load_breast_cancer(return_X_y=True), test_size=0.3, random_state=0
    )
    train = lightgbm.Dataset(train_x, train_y)
    callback = HpoptCallback(trial, metric="binary_logloss")
    lightgbm.train(
        {"objective": "binary", "verbosity": -1, "num_threads": 1, "seed": 1, **trial.params},
        train,
        num_boost_round=callback.rounds_left(ROUNDS),
        valid_sets=[lightgbm.Dataset(valid_x, valid_y, reference=train)],
        callbacks=[callback],
        init_model=callback.init_model,
    )
    return callback.score


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--time", default="20s", help='seconds, "30s", "5m" (%(default)s)')
    parser.add_argument("--trials", type=int, help="end after so many")
    parser.add_argument("--workers", type=int, default=2, help="(%(default)s)")
    args = parser.parse_args()

    study = hpopt.Study.open(
        "breast-cancer", objectives="binary_logloss:min", space=SPACE, full_steps=ROUNDS
    )
    summary = study.optimize(objective, time=args.time, trials=args.trials, workers=args.workers)
    print(summary.full())


if __name__ == "__main__":
    main()
