"""Runs the trainer for the peers, and once more for every answer, to check it."""

import dataclasses
import os
import re
import subprocess

EPOCHS = 40
_EPOCH = re.compile(r"epoch (\d+)/\d+ .*val_accuracy=([0-9.]+)")
_TEST = re.compile(r"test_accuracy=([0-9.]+)")


@dataclasses.dataclass(frozen=True)
class Report:
    epoch: int
    validation: float
    test: float


def arguments(binary, params):
    """The argv of a full training."""
    flags = [f"--{name}={value}" for name, value in params.items()]
    return [str(binary), *flags, f"--epochs={EPOCHS}"]


def start(argv):
    """Starts the trainer on one core, free of any checkpoint."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HPOPT_")}
    return subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=environment)


def reports(process):
    """A Report for every epoch, as the trainer prints it."""
    epoch = None
    for line in process.stdout:
        if match := _EPOCH.match(line):
            epoch = (int(match[1]), float(match[2]))
        elif epoch and (match := _TEST.match(line)):
            yield Report(*epoch, float(match[1]))
            epoch = None


def end(process):
    """Makes sure that the trainer is gone."""
    process.kill()
    process.stdout.close()
    process.wait()


def replay(binary, params, epoch):
    """Trains these parameters again, up to `epoch`, and returns what it reports there."""
    process = start(arguments(binary, params))
    try:
        return next((report for report in reports(process) if report.epoch == epoch), None)
    finally:
        end(process)
