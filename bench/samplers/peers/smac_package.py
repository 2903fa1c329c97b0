"""SMAC3 by ask and tell, its facade for hyper-parameters: random forest and log-EI."""

import pathlib
import tempfile

import ConfigSpace as cs
import smac
import wire
from smac.runhistory.dataclasses import TrialValue


def domain(parameter):
    if parameter.kind == "choice":
        return cs.CategoricalHyperparameter(parameter.name, parameter.choices)
    make = cs.Integer if parameter.kind == "int" else cs.Float
    return make(parameter.name, (parameter.low, parameter.high), log=parameter.log)


def space_of(task):
    space = cs.ConfigurationSpace(seed=task.seed)
    space.add([domain(parameter) for parameter in task.space])
    for parameter in task.space:
        clauses = [
            cs.InCondition(space[parameter.name], space[parent], values)
            for parent, values in parameter.when.items()
        ]
        if clauses:
            space.add(cs.AndConjunction(*clauses) if len(clauses) > 1 else clauses[0])
    return space


def facade(task, folder):
    scenario = smac.Scenario(
        space_of(task),
        output_directory=pathlib.Path(folder),
        deterministic=True,
        n_trials=task.trials,
        seed=task.seed,
    )
    kind = smac.HyperparameterOptimizationFacade
    design = kind.get_initial_design(
        scenario,
        n_configs=0,
        additional_configs=[
            cs.Configuration(scenario.configspace, config) for config in task.initial
        ],
    )
    return kind(
        scenario,
        lambda config, seed=0: 0.0,
        initial_design=design,
        logging_level=False,
        overwrite=True,
    )


def run(task):
    with tempfile.TemporaryDirectory() as folder:
        optimizer = facade(task, folder)
        while task.left:
            info = optimizer.ask()
            config = {name: wire.plain(value) for name, value in dict(info.config).items()}
            optimizer.tell(info, TrialValue(cost=task.evaluate(config)), save=False)


wire.serve(run)
