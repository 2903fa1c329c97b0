"""What a suggestion of an Optuna sampler costs: the same five parameters as suggest_bench.cc.

    optuna_peer.py gp|tpe|cmaes DONE UNDER_WAY    # prints JSON

The trials are put there, drawn at random; a few more are asked for and told.
"""

import contextlib
import json
import random
import sys
import time
import warnings

import optuna

with contextlib.suppress(ImportError):
    import torch  # noqa: F401  the Gaussian process would load it late, as if it were thinking

PARAMETERS = 5
MEASURED = 3
SAMPLERS = {
    "gp": lambda: optuna.samplers.GPSampler(seed=1),
    "tpe": lambda: optuna.samplers.TPESampler(seed=1, multivariate=True),
    "cmaes": lambda: optuna.samplers.CmaEsSampler(seed=1, with_margin=True),
}


def suggest(trial):
    return [trial.suggest_float(f"x{i}", -5, 5) for i in range(PARAMETERS)]


def suggest_and_tell(study):
    trial = study.ask()
    study.tell(trial, sum(x * x for x in suggest(trial)))


def put(study, count, state):
    drawn = random.Random(1)
    distributions = {
        f"x{i}": optuna.distributions.FloatDistribution(-5, 5) for i in range(PARAMETERS)
    }
    for _ in range(count):
        params = {name: drawn.uniform(-5, 5) for name in distributions}
        done = state == optuna.trial.TrialState.COMPLETE
        value = sum(x * x for x in params.values()) if done else None
        study.add_trial(
            optuna.trial.create_trial(
                state=state, value=value, params=params, distributions=distributions
            )
        )


def measure(sampler, done, under_way):
    study = optuna.create_study(sampler=SAMPLERS[sampler]())
    put(study, done, optuna.trial.TrialState.COMPLETE)
    put(study, under_way, optuna.trial.TrialState.RUNNING)
    suggest_and_tell(study)
    seconds = []
    for _ in range(MEASURED):
        began = time.perf_counter()
        suggest_and_tell(study)
        seconds.append(time.perf_counter() - began)
    return {"mean_ms": 1000 * sum(seconds) / MEASURED, "slowest_ms": 1000 * max(seconds)}


def main():
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler, done, under_way = sys.argv[1], *map(int, sys.argv[2:4])
    print(json.dumps(measure(sampler, done, under_way)))


if __name__ == "__main__":
    main()
