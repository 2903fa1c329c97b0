"""Nevergrad by ask and tell; the budget is told, as its optimizers want it."""

import warnings

import nevergrad as ng
import wire
from nevergrad.common.errors import TellNotAskedNotSupportedError

warnings.simplefilter("ignore")


def domain(parameter):
    if parameter.kind == "choice":
        return ng.p.Choice(parameter.choices)
    if parameter.log:
        scalar = ng.p.Log(lower=parameter.low, upper=parameter.high)
    else:
        scalar = ng.p.Scalar(lower=parameter.low, upper=parameter.high)
    return scalar.set_integer_casting() if parameter.kind == "int" else scalar


def tell_initial(optimizer, pairs):
    """Some of those that NGOpt chooses among take what they have asked themselves only."""
    for config, score in pairs:
        try:
            optimizer.tell(optimizer.parametrization.spawn_child(new_value=config), score)
        except TellNotAskedNotSupportedError:
            return


def run(task):
    space = ng.p.Dict(**{parameter.name: domain(parameter) for parameter in task.space})
    space.random_state.seed(task.seed)
    pairs = [(config, task.evaluate(config)) for config in task.filled_initial()]
    space.value = min(pairs, key=lambda pair: pair[1])[0]
    optimizer = ng.optimizers.registry[task.sampler](parametrization=space, budget=task.left)
    tell_initial(optimizer, pairs)
    while task.left:
        candidate = optimizer.ask()
        optimizer.tell(candidate, task.evaluate(candidate.value))


wire.serve(run)
