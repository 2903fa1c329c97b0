"""The contestants: each takes (settings, seed) and returns an Outcome."""

import json
import math
import os
import random
import subprocess
import tempfile
import threading
import time
import warnings

import trainer
from outcome import Outcome, Trial


def run_random(settings, seed):
    """Full trainings of random draws; what still runs at the deadline is killed and counts too."""
    rng = random.Random(seed)
    started = time.monotonic()
    deadline = started + settings.time
    lock = threading.Lock()
    trials = []
    running = set()

    def launch():
        with lock:
            if time.monotonic() >= deadline:
                return None, None
            trial = Trial({p.name: p.sample(rng) for p in settings.space})
            trials.append(trial)
            process = trainer.start(trainer.arguments(settings.binary, trial.params))
            running.add(process)
        return trial, process

    def work():
        while True:
            trial, process = launch()
            if trial is None:
                return
            for report in trainer.reports(process):
                seconds = time.monotonic() - started
                trial.reports.append((report.epoch, report.validation, seconds))
            with lock:
                running.discard(process)
            trial.state = "complete" if process.wait() == 0 else "cut"
            trainer.end(process)

    workers = [threading.Thread(target=work) for _ in range(settings.workers)]
    for worker in workers:
        worker.start()
    time.sleep(max(0.0, deadline - time.monotonic()))
    with lock:
        for process in running:
            process.kill()
    for worker in workers:
        worker.join()
    return Outcome(trials, time.monotonic() - started)


def run_optuna(settings, seed):
    """TPE with Hyperband, and Optuna's own timeout."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
    study = optuna.create_study(
        direction="maximize",
        sampler=optuna.samplers.TPESampler(multivariate=True, constant_liar=True, seed=seed),
        pruner=optuna.pruners.HyperbandPruner(
            min_resource=1, max_resource=trainer.EPOCHS, reduction_factor=3
        ),
    )
    trials = []
    started = time.monotonic()

    def objective(asked):
        trial = Trial({p.name: p.suggest(asked) for p in settings.space})
        trials.append(trial)
        process = trainer.start(trainer.arguments(settings.binary, trial.params))
        try:
            for report in trainer.reports(process):
                seconds = time.monotonic() - started
                trial.reports.append((report.epoch, report.validation, seconds))
                asked.report(report.validation, report.epoch)
                if asked.should_prune():
                    trial.state = "stopped"
                    raise optuna.TrialPruned()
        finally:
            trainer.end(process)
        trial.state = "complete"
        return trial.best()[0]

    study.optimize(objective, n_jobs=settings.workers, timeout=settings.time)
    return Outcome(trials, time.monotonic() - started)


def run_hpopt(settings, seed):
    """The command that a user would type."""
    name = "bench"
    with tempfile.TemporaryDirectory() as folder:
        storage = ["--storage", folder]
        command = [
            *(settings.hpopt, "run", "--json", "--name", name, *storage),
            *("--time", f"{settings.time:g}s", "--metric", "val_accuracy:max"),
            *("--workers", str(settings.workers), "--seed", str(seed), "--", settings.binary),
        ]
        for parameter in settings.space:
            command += [f"--{parameter.name}", parameter.mark()]
        command += ["--epochs", f"~fidelity(1,{trainer.EPOCHS})"]
        started = time.monotonic()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        ended = time.monotonic() - started
        listing = subprocess.run(
            [settings.hpopt, "trials", name, "--json", *storage],
            check=True,
            stdout=subprocess.PIPE,
            env={**os.environ, "NO_COLOR": "1"},
        )
    trials = [
        Trial(
            {key.replace("_", "-"): value for key, value in entry["params"].items()},
            entry["state"],
            [
                (int(report["step"]), float(report["score"]), None)
                for report in entry["reports"]
                if report["score"] is not None and math.isfinite(report["score"])
            ],
        )
        for entry in json.loads(listing.stdout)
    ]
    return Outcome(trials, ended)


TOOLS = {"hpopt": run_hpopt, "random": run_random, "optuna": run_optuna}
