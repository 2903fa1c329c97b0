"""Ax on BoTorch, through its client, as it comes."""

import logging
import warnings

import wire
from ax.api.client import Client
from ax.api.configs import ChoiceParameterConfig, RangeParameterConfig

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)


def domain(parameter):
    if parameter.kind == "choice":
        kind = "int" if isinstance(parameter.choices[0], int) else "str"
        return ChoiceParameterConfig(
            name=parameter.name,
            values=list(parameter.choices),
            parameter_type=kind,
            is_ordered=False,
        )
    return RangeParameterConfig(
        name=parameter.name,
        bounds=(parameter.low, parameter.high),
        parameter_type=parameter.kind,
        scaling="log" if parameter.log else "linear",
    )


def run(task):
    client = Client(random_seed=task.seed)
    client.configure_experiment([domain(parameter) for parameter in task.space])
    client.configure_optimization("-score")
    for config in task.filled_initial():
        number = client.attach_trial(config)
        client.complete_trial(number, {"score": task.evaluate(config)})
    while task.left:
        for number, config in client.get_next_trials(1).items():
            client.complete_trial(number, {"score": task.evaluate(dict(config))})


wire.serve(run)
