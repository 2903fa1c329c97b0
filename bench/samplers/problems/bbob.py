"""COCO's continuous and mixed-integer functions, public instances; the optimum is known."""

import functools
import os
import tempfile

import cocoex
from spaces import Parameter

from problems.problem import Problem

# Function, instance, dimension: one of each class of difficulty.
CONTINUOUS = [(2, 1, 3), (8, 2, 5), (15, 3, 5), (17, 4, 10), (21, 5, 2)]
MIXED = [(3, 1, 5), (6, 2, 10), (8, 3, 5), (15, 4, 10), (21, 5, 5)]


@functools.cache
def _suite(name, dimensions):
    return cocoex.Suite(name, "", f"dimensions:{dimensions} instance_indices:1-5")


def _optimum(function):
    """Its place is written into a file of the working directory, and nowhere else."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            function._best_parameter("print")
            with open("._bbob_problem_best_parameter.txt") as file:
                return [float(word) for word in file.read().split()]
        finally:
            os.chdir(before)


def _space(function):
    integers = function.number_of_integer_variables
    bounds = zip(function.lower_bounds, function.upper_bounds, strict=True)
    return [
        Parameter(f"x{i}", "int", int(low), int(high))
        if i < integers
        else Parameter(f"x{i}", "float", float(low), float(high))
        for i, (low, high) in enumerate(bounds)
    ]


def _problem(suite, number, instance, dimension):
    name, family, dimensions = suite
    function = _suite(name, dimensions).get_problem_by_function_dimension_instance(
        number, dimension, instance
    )
    space = _space(function)
    return Problem(
        f"{name}_f{number}_i{instance}_d{dimension}",
        family,
        space,
        lambda config: float(function([config[parameter.name] for parameter in space])),
        best=lambda: float(function(_optimum(function))),
    )


def problems():
    for triple in CONTINUOUS:
        yield _problem(("bbob", "bbob", "2,3,5,10"), *triple)
    for triple in MIXED:
        yield _problem(("bbob-mixint", "mixint", "5,10"), *triple)
