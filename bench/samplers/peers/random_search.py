"""Random search: uniform, or log-uniform where the parameter is so."""

import random

import spaces
import wire


def run(task):
    task.evaluate_initial()
    source = random.Random(task.seed)
    while task.left:
        task.evaluate(spaces.draw(task.space, source))


wire.serve(run)
