"""What a suggestion of Optuna's TPE costs: the same ten parameters and function as tpe_bench.cc."""

import argparse
import json
import time

import optuna

PARAMETERS = 10
TOLD_AFTERWARDS = 10


def suggest(trial):
    return [trial.suggest_float(f"x{i}", -5, 5) for i in range(PARAMETERS)]


def suggest_and_tell(study):
    trial = study.ask()
    study.tell(trial, sum(x * x for x in suggest(trial)))


def new_study(multivariate):
    return optuna.create_study(
        sampler=optuna.samplers.TPESampler(multivariate=multivariate, seed=1)
    )


def seconds_from_nothing(multivariate, trials):
    study = new_study(multivariate)
    began = time.perf_counter()
    for _ in range(trials):
        suggest_and_tell(study)
    return time.perf_counter() - began


def seconds_a_trial_after(multivariate, trials):
    """With so many trials put there beforehand, drawn at random."""
    source = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    for _ in range(trials):
        suggest_and_tell(source)
    study = new_study(multivariate)
    study.add_trials(source.get_trials(deepcopy=False))
    suggest_and_tell(study)
    began = time.perf_counter()
    for _ in range(TOLD_AFTERWARDS):
        suggest_and_tell(study)
    return (time.perf_counter() - began) / TOLD_AFTERWARDS


def measure(multivariate, totals=(1000, 2000), after=(1000, 10_000)):
    return {
        "from_nothing_seconds": {n: seconds_from_nothing(multivariate, n) for n in totals},
        "after_ms_a_trial": {
            n: 1000 * seconds_a_trial_after(multivariate, n) for n in after
        },
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--multivariate", action="store_true")
    args = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    print(json.dumps(measure(args.multivariate), indent=2))


if __name__ == "__main__":
    main()
