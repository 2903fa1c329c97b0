"""Formulas: conditional spaces, and functions under Gaussian noise; the optimum is known."""

import math

from spaces import Parameter, floats

from problems.problem import Problem

_HARTMANN_A = [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
]
_HARTMANN_P = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]
_HARTMANN_C = [1.0, 1.2, 3.0, 3.2]
HARTMANN_BEST = -3.32237


def hartmann(x):
    return -sum(
        c * math.exp(-sum(a * (v - p) ** 2 for a, p, v in zip(row, center, x, strict=True)))
        for c, row, center in zip(_HARTMANN_C, _HARTMANN_A, _HARTMANN_P, strict=True)
    )


def branin(x, y):
    slope = y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6
    return slope**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


BRANIN_BEST = 0.397887


def ackley(x):
    mean = sum(v * v for v in x) / len(x)
    waves = sum(math.cos(2 * math.pi * v) for v in x) / len(x)
    return -20 * math.exp(-0.2 * math.sqrt(mean)) - math.exp(waves) + 20 + math.e


def _when(parameter, **when):
    return Parameter(parameter.name, parameter.kind, parameter.low, parameter.high, when=when)


def _tree(config):
    """Jenatton et al. 2017, "Bayesian Optimization with Tree-structured Dependencies", Fig. 2."""
    if config["x1"] == 0:
        leaf = config["x4"] ** 2 + 0.1 if config["x2"] == 0 else config["x5"] ** 2 + 0.2
        return leaf + config["r8"]
    leaf = config["x6"] ** 2 + 0.3 if config["x3"] == 0 else config["x7"] ** 2 + 0.4
    return leaf + config["r9"]


_TREE = [
    Parameter("x1", "choice", choices=(0, 1)),
    Parameter("x2", "choice", choices=(0, 1), when={"x1": [0]}),
    Parameter("x3", "choice", choices=(0, 1), when={"x1": [1]}),
    Parameter("x4", "float", -1, 1, when={"x1": [0], "x2": [0]}),
    Parameter("x5", "float", -1, 1, when={"x1": [0], "x2": [1]}),
    Parameter("x6", "float", -1, 1, when={"x1": [1], "x3": [0]}),
    Parameter("x7", "float", -1, 1, when={"x1": [1], "x3": [1]}),
    Parameter("r8", "float", 0, 1, when={"x1": [0]}),
    Parameter("r9", "float", 0, 1, when={"x1": [1]}),
]


def _surface(config):
    """Three surfaces that have nothing in common, each brought to 0 .. about 1."""
    if config["kind"] == "branin":
        return 0.02 + (branin(config["b1"], config["b2"]) - BRANIN_BEST) / 50
    if config["kind"] == "hartmann":
        return (hartmann([config[f"h{i}"] for i in range(6)]) - HARTMANN_BEST) / 3.4
    return 0.05 + ackley([config[f"a{i}"] - 0.7 for i in range(3)]) / 20


_SURFACE = [
    Parameter("kind", "choice", choices=("branin", "hartmann", "ackley")),
    _when(Parameter("b1", "float", -5, 10), kind=["branin"]),
    _when(Parameter("b2", "float", 0, 15), kind=["branin"]),
    *(_when(p, kind=["hartmann"]) for p in floats(0, 1, *(f"h{i}" for i in range(6)))),
    *(_when(p, kind=["ackley"]) for p in floats(-5, 5, *(f"a{i}" for i in range(3)))),
]

_DEPTHS = 4
_DEPTH_COST = {1: 0.35, 2: 0.1, 3: 0.0, 4: 0.05}


def _layers(config):
    """A network's shape: each layer of the chosen depth has a best width and a best dropout."""
    depth = config["depth"]
    misfit = sum(
        (math.log2(config[f"width{i}"] / (32 * 2 ** (depth - i)))) ** 2 / 16
        + (config[f"dropout{i}"] - 0.1 * i) ** 2
        for i in range(1, depth + 1)
    )
    pace = (math.log10(config["lr"]) + 1.5 + 0.5 * depth) ** 2 / 4
    return _DEPTH_COST[depth] + misfit / depth + pace


_LAYERS = [
    Parameter("lr", "float", 1e-5, 1, log=True),
    Parameter("depth", "int", 1, _DEPTHS),
    *(
        parameter
        for i in range(1, _DEPTHS + 1)
        for there in [{"depth": list(range(i, _DEPTHS + 1))}]
        for parameter in (
            Parameter(f"width{i}", "int", 8, 512, log=True, when=there),
            Parameter(f"dropout{i}", "float", 0, 0.7, when=there),
        )
    ),
]


def _noisy(name, space, truth, deviation, best):
    return Problem(
        name,
        "noisy",
        space,
        truth,
        observe=lambda config, random: truth(config) + random.gauss(0, deviation),
        best=lambda: best,
    )


def _values(config):
    return list(config.values())


def problems():
    yield Problem("tree", "conditional", _TREE, _tree, best=lambda: 0.1)
    yield Problem("surface", "conditional", _SURFACE, _surface, best=lambda: 0.0)
    yield Problem("layers", "conditional", _LAYERS, _layers, best=lambda: 0.0)
    yield _noisy(
        *("noisy_branin", [*floats(-5, 10, "x"), *floats(0, 15, "y")]),
        *(lambda config: branin(config["x"], config["y"]), 5.0, BRANIN_BEST),
    )
    yield _noisy(
        *("noisy_hartmann", floats(0, 1, *(f"x{i}" for i in range(6)))),
        *(lambda config: hartmann(_values(config)), 0.2, HARTMANN_BEST),
    )
    yield _noisy(
        *("noisy_ackley", floats(-4, 6, *(f"x{i}" for i in range(4)))),
        *(lambda config: ackley(_values(config)), 1.0, 0.0),
    )
