"""Makes studies with the real Optuna, as an SQLite file and as a journal file, and writes down what
Optuna itself says of them. Usage: make_optuna.py FOLDER

The folder then holds optuna.db, optuna.journal, and optuna.json: for each storage and study the
direction, the best value, and the trials. optuna.sql is optuna.db as text.
"""

import datetime
import json
import pathlib
import sqlite3
import sys
import warnings

import optuna

try:
    from optuna.storages.journal import JournalFileBackend
except ImportError:  # before Optuna 4
    from optuna.storages import JournalFileStorage as JournalFileBackend

MIXED = [None, True, 1, 2.5, "adam", [1, 2], float("nan")]
TRIALS = 14


def digits(trial):
    """Floats, logs, steps, integers, choices of all kinds, a condition, a range that grows."""
    lr = trial.suggest_float("lr", 1e-5, 1, log=True)
    trial.suggest_float("dropout", 0, 0.7, step=0.1)
    trial.suggest_float("decay", 0, 0.1 if trial.number < 5 else 0.2)
    trial.suggest_int("layers", 1, 4)
    trial.suggest_int("width", 16, 128, step=8)
    trial.suggest_int("batch", 8, 512, log=True)
    if trial.suggest_categorical("opt", ["sgd", "adam"]) == "sgd":
        trial.suggest_float("momentum", 0, 0.99)
    trial.suggest_categorical("mixed", MIXED)
    trial.set_user_attr("seconds", 1.5 * trial.number)
    trial.set_user_attr("host", "alpha")
    if trial.number % 7 == 3:
        raise ValueError("this one fails")
    for epoch in range(1, 5):
        score = 1 - abs(lr - 0.01) - 0.1 / epoch
        trial.report(float("nan") if trial.number == 6 and epoch == 1 else score, epoch)
        if trial.number % 5 == 2 and epoch == 2:
            raise optuna.TrialPruned
    return score


def loss(trial):
    """Minimized; the result is none of the intermediate values, and once it is infinite."""
    x = trial.suggest_float("x", -3, 3)
    for step in range(3):
        trial.report(x * x + 10 - step, step)
    return float("inf") if trial.number == 4 else x * x


def pareto(trial):
    x = trial.suggest_float("x", -3, 3)
    return x * x, (x - 1) ** 2


def fill(storage):
    def create(name, **options):
        return optuna.create_study(study_name=name, storage=storage,
                                   sampler=optuna.samplers.RandomSampler(seed=7), **options)

    study = create("digits", direction="maximize")
    if hasattr(study, "set_metric_names"):  # since Optuna 3.4
        study.set_metric_names(["accuracy"])
    study.optimize(digits, n_trials=TRIALS, catch=(ValueError,))
    running = study.ask()
    running.suggest_float("lr", 1e-5, 1, log=True)
    running.report(0.25, 1)
    study.enqueue_trial({"lr": 0.5})
    create("loss", direction="minimize").optimize(loss, n_trials=6)
    create("pareto", directions=["minimize", "minimize"]).optimize(pareto, n_trials=2)
    optuna.delete_study(study_name=create("gone").study_name, storage=storage)


def utc(time):
    return time and time.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds")


def view(storage, name):
    study = optuna.load_study(study_name=name, storage=storage)
    return {
        "direction": study.direction.name.lower(),
        "best": study.best_value,
        "trials": [{
            "number": trial.number,
            "state": trial.state.name,
            "params": trial.params,
            "value": trial.value,
            "reports": sorted(trial.intermediate_values.items()),
            "user_attrs": trial.user_attrs,
            "started": utc(trial.datetime_start),
            "ended": utc(trial.datetime_complete),
        } for trial in study.trials],
    }


def main(folder):
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    folder = pathlib.Path(folder)
    storages = {
        "sqlite": optuna.storages.RDBStorage(f"sqlite:///{folder / 'optuna.db'}"),
        "journal": optuna.storages.JournalStorage(
            JournalFileBackend(str(folder / "optuna.journal"))),
    }
    seen = {}
    for kind, storage in storages.items():
        fill(storage)
        seen[kind] = {name: view(storage, name) for name in ("digits", "loss")}
    (folder / "optuna.json").write_text(json.dumps(seen) + "\n")
    with sqlite3.connect(folder / "optuna.db") as database:
        (folder / "optuna.sql").write_text("\n".join(database.iterdump()) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
