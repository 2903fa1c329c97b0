"""Nevergrad by ask and tell; the budget is told, as its optimizers want it."""

import warnings

import nevergrad as ng
import wire

warnings.simplefilter("ignore")


def domain(parameter):
    if parameter.kind == "choice":
        return ng.p.Choice(parameter.choices)
    if parameter.log:
        scalar = ng.p.Log(lower=parameter.low, upper=parameter.high)
    else:
        scalar = ng.p.Scalar(lower=parameter.low, upper=parameter.high)
    return scalar.set_integer_casting() if parameter.kind == "int" else scalar


def run(task):
    space = ng.p.Dict(**{parameter.name: domain(parameter) for parameter in task.space})
    space.random_state.seed(task.seed)
    optimizer = ng.optimizers.registry[task.sampler](parametrization=space, budget=task.trials)
    for config in task.filled_initial():
        optimizer.suggest(config)
    while task.left:
        candidate = optimizer.ask()
        optimizer.tell(candidate, task.evaluate(candidate.value))


wire.serve(run)
