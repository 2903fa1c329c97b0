"""Whole trials through Optuna's storages: ask, 2 parameters, 3 reports, tell, from many processes."""

import multiprocessing
import pathlib
import time

import optuna

STORAGES = {
    "sqlite": lambda folder: f"sqlite:///{folder / 'optuna.db'}",
    "journal file": lambda folder: optuna.storages.JournalStorage(
        optuna.storages.journal.JournalFileBackend(str(folder / "optuna.log"))
    ),
}


def work(kind, folder, trials, ready, start):
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.load_study(
        study_name="bench",
        storage=STORAGES[kind](folder),
        sampler=optuna.samplers.RandomSampler(),
        pruner=optuna.pruners.NopPruner(),
    )
    ready.release()
    start.wait()
    for _ in range(trials):
        trial = study.ask()
        trial.suggest_float("lr", 1e-5, 1, log=True)
        trial.suggest_categorical("opt", ["sgd", "adam"])
        for step in range(3):
            trial.report(0.5, step)
        study.tell(trial, 0.5)


def measure(kind, folder: pathlib.Path, processes, trials_each):
    """Seconds from the common start to the end of the last process."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    optuna.create_study(study_name="bench", storage=STORAGES[kind](folder))
    context = multiprocessing.get_context("spawn")
    ready = context.Semaphore(0)
    start = context.Event()
    workers = [
        context.Process(target=work, args=(kind, folder, trials_each, ready, start))
        for _ in range(processes)
    ]
    for worker in workers:
        worker.start()
    for _ in workers:
        ready.acquire()
    began = time.monotonic()
    start.set()
    for worker in workers:
        worker.join()
    seconds = time.monotonic() - began
    if any(worker.exitcode != 0 for worker in workers):
        raise SystemExit(f"optuna_trials.py: a process of {kind} failed")
    study = optuna.load_study(study_name="bench", storage=STORAGES[kind](folder))
    done = [trial for trial in study.trials if trial.state == optuna.trial.TrialState.COMPLETE]
    if len(done) != processes * trials_each or any(len(t.intermediate_values) != 3 for t in done):
        raise SystemExit(f"optuna_trials.py: trials of {kind} are missing")
    return seconds
