"""hpopt by ask and tell; the sampler is the name that Study.open takes."""

import wire

import hpopt


def domain(parameter):
    if parameter.kind == "choice":
        return hpopt.Categorical(parameter.choices, when=parameter.when)
    make = hpopt.Int if parameter.kind == "int" else hpopt.Float
    return make(parameter.low, parameter.high, log=parameter.log, when=parameter.when)


def run(task):
    study = hpopt.Study.open(
        "bench",
        storage="memory:",
        objectives="score:min",
        space={parameter.name: domain(parameter) for parameter in task.space},
        seed=task.seed,
        sampler=task.sampler,
        early_stop="none",
    )
    for config in task.initial:
        study.enqueue(config)
    while task.left:
        trial = study.ask()
        study.tell(trial, task.evaluate(dict(trial.params)))


wire.serve(run)
