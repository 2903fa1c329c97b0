#!/usr/bin/env python3
"""Tunes the net from Python: the best hyper-parameters that the given time buys."""

import argparse

from training import train

import hpopt

SPACE = {
    "lr": hpopt.Float(1e-5, 1e-1, log=True),
    "weight_decay": hpopt.Float(1e-6, 1e-1, log=True),
    "dropout": hpopt.Float(0, 0.7),
    "channels": hpopt.Int(2, 16),
    "batch_size": hpopt.Categorical([16, 32, 64, 128]),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--time", default="60s", help="of the whole study")
    parser.add_argument("--epochs", type=int, default=10, help="of a full training")
    parser.add_argument("--subset", type=int, default=4000, help="digits to learn from")
    args = parser.parse_args()

    def objective(trial: hpopt.Trial) -> float:
        return train(trial.params, args.epochs, args.subset, trial)

    study = hpopt.Study.open(
        "mnist",
        objectives="accuracy:max",
        space=SPACE,
        time=args.time,
        full_steps=args.epochs,
        batch_size="batch_size",
    )
    print(study.optimize(objective).full())


if __name__ == "__main__":
    main()
