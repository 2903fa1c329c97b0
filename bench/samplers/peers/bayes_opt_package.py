"""bayesian-optimization by suggest and register. It maximizes, and knows no logarithms: the
logarithm of a parameter is what it is given, and the number of a choice as a text."""

import math
import warnings

import bayes_opt
import wire

warnings.simplefilter("ignore")


def bounds(parameter):
    if parameter.kind == "choice":
        return tuple(map(str, range(len(parameter.choices))))
    if parameter.log:
        return (math.log(parameter.low), math.log(parameter.high))
    kind = int if parameter.kind == "int" else float
    return (parameter.low, parameter.high, kind)


def inside(parameter, value):
    if parameter.kind == "choice":
        return str(parameter.choices.index(value))
    return math.log(value) if parameter.log else value


def outside(parameter, value):
    value = wire.plain(value)
    if parameter.kind == "choice":
        return parameter.choices[int(value)]
    if parameter.log:
        value = min(max(math.exp(value), parameter.low), parameter.high)
    return round(value) if parameter.kind == "int" else value


def run(task):
    by_name = {parameter.name: parameter for parameter in task.space}
    optimizer = bayes_opt.BayesianOptimization(
        f=None,
        pbounds={parameter.name: bounds(parameter) for parameter in task.space},
        random_state=task.seed,
        allow_duplicate_points=True,
        verbose=0,
    )

    def told(point):
        config = {name: outside(by_name[name], value) for name, value in point.items()}
        optimizer.register(params=point, target=-task.evaluate(config))

    for config in task.filled_initial():
        told({name: inside(by_name[name], value) for name, value in config.items()})
    while task.left:
        told(optimizer.suggest())


wire.serve(run)
