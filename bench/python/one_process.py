"""One of the processes that share a study: prints how many trials it ran and when, on one clock.

    one_process.py TOOL STORAGE TRIALS START      START: seconds of the monotonic clock
    one_process.py TOOL STORAGE                   opens the study, no more
"""

import sys
import time


def hpopt_optimize(storage, trials, in_process):
    import hpopt

    space = {f"x{i}": hpopt.Float(0, 1) for i in range(10)}
    study = hpopt.Study.open("bench", storage=storage, objectives="score:min", space=space,
                             early_stop="none", sampler="tpe")
    return lambda: study.optimize(objective, trials=trials, in_process=in_process)


def objective(trial):
    return sum((value - 0.3) ** 2 for value in trial.params.values())


def optuna_optimize(storage, trials):
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(storage=storage, study_name="bench", load_if_exists=True)

    def suggest(trial):
        return sum((trial.suggest_float(f"x{i}", 0, 1) - 0.3) ** 2 for i in range(10))

    stop = optuna.study.MaxTrialsCallback(trials, states=(optuna.trial.TrialState.COMPLETE,))
    return lambda: study.optimize(suggest, callbacks=[stop])


def optuna_journal(path):
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    return JournalStorage(JournalFileBackend(path))


TOOLS = {
    "hpopt": lambda path, trials: hpopt_optimize(path, trials, False),
    "hpopt_in_process": lambda path, trials: hpopt_optimize(path, trials, True),
    "optuna_sqlite": lambda path, trials: optuna_optimize(f"sqlite:///{path}", trials),
    "optuna_journal": lambda path, trials: optuna_optimize(optuna_journal(path), trials),
}


def main():
    tool, path, *rest = sys.argv[1:]
    if not rest:
        TOOLS[tool](path, 1)
        return
    trials, start = rest
    run = TOOLS[tool](path, int(trials))
    time.sleep(max(0.0, float(start) - time.monotonic()))
    began = time.monotonic()
    run()
    print(began, time.monotonic())


if __name__ == "__main__":
    main()
