"""Hyperopt's TPE. Each choice that others hang on is one of its nested spaces."""

import logging

import hyperopt
import numpy as np
import wire
from hyperopt import hp

logging.getLogger("hyperopt").setLevel(logging.ERROR)


def domain(parameter):
    if parameter.kind == "choice":
        return hp.choice(parameter.name, parameter.choices)
    if parameter.kind == "int" and parameter.log:
        return hp.qloguniform(parameter.name, np.log(parameter.low), np.log(parameter.high), 1)
    if parameter.kind == "int":
        return hp.uniformint(parameter.name, parameter.low, parameter.high)
    if parameter.log:
        return hp.loguniform(parameter.name, np.log(parameter.low), np.log(parameter.high))
    return hp.uniform(parameter.name, parameter.low, parameter.high)


def point(parameter, value):
    """As Hyperopt notes it: a choice by its index."""
    return parameter.choices.index(value) if parameter.kind == "choice" else value


def run(task):
    by_name = {parameter.name: parameter for parameter in task.space}

    def objective(drawn):
        config = {
            name: int(value) if by_name[name].kind == "int" else wire.plain(value)
            for name, value in drawn.items()
        }
        return task.evaluate(config)

    hyperopt.fmin(
        objective,
        {parameter.name: domain(parameter) for parameter in task.space},
        algo=hyperopt.tpe.suggest,
        max_evals=task.trials,
        points_to_evaluate=[
            {name: point(by_name[name], value) for name, value in config.items()}
            for config in task.filled_initial()
        ],
        rstate=np.random.default_rng(task.seed),
        show_progressbar=False,
        verbose=False,
    )


wire.serve(run)
