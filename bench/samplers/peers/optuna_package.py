"""Optuna by ask and tell, define-by-run, its samplers as they come."""

import contextlib
import warnings

import optuna
import wire

with contextlib.suppress(ImportError):
    import torch  # noqa: F401  the Gaussian process would load it late, as if it were thinking

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)


SAMPLERS = {
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=True, group=True),
    "tpe-plain": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=False),
    "gp": lambda seed: optuna.samplers.GPSampler(seed=seed),
    "cmaes": lambda seed: optuna.samplers.CmaEsSampler(seed=seed, with_margin=True),
}


def suggest(trial, parameter):
    if parameter.kind == "choice":
        return trial.suggest_categorical(parameter.name, parameter.choices)
    of_kind = trial.suggest_int if parameter.kind == "int" else trial.suggest_float
    return of_kind(parameter.name, parameter.low, parameter.high, log=parameter.log)


def suggest_all(trial, space):
    config = {}
    for parameter in space:
        if all(config.get(name) in values for name, values in parameter.when.items()):
            config[parameter.name] = suggest(trial, parameter)
    return config


def run(task):
    study = optuna.create_study(sampler=SAMPLERS[task.sampler](task.seed))
    for config in task.initial:
        study.enqueue_trial(config)
    while task.left:
        trial = study.ask()
        study.tell(trial, task.evaluate(suggest_all(trial, task.space)))


wire.serve(run)
