"""HEBO by suggest and observe, as it comes."""

import warnings

import numpy as np
import pandas as pd
import torch
import wire
from hebo.design_space.design_space import DesignSpace
from hebo.optimizers.hebo import HEBO

warnings.simplefilter("ignore")
KINDS = {
    ("float", False): "num",
    ("float", True): "pow",
    ("int", False): "int",
    ("int", True): "pow_int",
}


def domain(parameter):
    if parameter.kind == "choice":
        return {
            "name": parameter.name,
            "type": "cat",
            "categories": list(parameter.choices),
        }
    kind = KINDS[parameter.kind, parameter.log]
    return {"name": parameter.name, "type": kind, "lb": parameter.low, "ub": parameter.high}


def run(task):
    np.random.seed(task.seed)
    torch.manual_seed(task.seed)
    torch.set_num_threads(1)
    space = DesignSpace().parse([domain(parameter) for parameter in task.space])
    optimizer = HEBO(space, scramble_seed=task.seed)

    def observe(rows):
        configs = rows.to_dict("records")
        scores = [
            task.evaluate({name: wire.plain(value) for name, value in config.items()})
            for config in configs
        ]
        optimizer.observe(rows, np.array(scores, dtype=float).reshape(-1, 1))

    observe(pd.DataFrame(task.filled_initial()))
    while task.left:
        observe(optimizer.suggest(n_suggestions=1))


wire.serve(run)
