"""Inside a script that `hpopt run` started, or an objective: the trial that it works for.

    lr = hpopt.params(lr=1e-3)["lr"]
    for epoch in range(1, 51):
        if hpopt.report(epoch, val_acc=train(lr)):
            break

Outside of a trial every function here is harmless: parameters are the defaults, reports go nowhere,
and the verdict is to go on. So the script runs by itself, unchanged.

Where several processes share a training, only the one of rank 0 (RANK, else LOCAL_RANK) reports.
The others always hear CONTINUE: tell them the verdict as you tell them everything else
(`torch.distributed.broadcast_object_list`), or let them end with the trial.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, overload
from weakref import WeakKeyDictionary

from hpopt.errors import HpoptError, InvalidInput, NotFound, StorageError
from hpopt.scores import as_score, as_step
from hpopt.trial import Trial, Verdict, current

if TYPE_CHECKING:
    from hpopt._engine import ReportClient

_SCORE = "score"
_UNKNOWN_LENGTH = 2**31 - 1  # of a trial whose study hasn't learnt it yet
_counted: WeakKeyDictionary[Trial, int] = WeakKeyDictionary()


def params(**defaults: Any) -> dict[str, Any]:
    """The trial's parameters; `defaults` are those of a script that runs by itself.

    A parameter that is not active in this trial has its default, too. Errors: NotFound,
    StorageError: the file that HPOPT_PARAMS names is missing or broken.
    """
    trial = current()
    if trial is not None:
        return {**defaults, **trial.params}
    path = os.environ.get("HPOPT_PARAMS")
    return {**defaults, **_read_params(path)} if path else defaults


def _read_params(path: str) -> dict[str, Any]:
    try:
        with open(path, encoding="utf-8") as file:
            values = json.load(file)
    except FileNotFoundError:
        raise NotFound(
            "the trial's parameters are gone", path, "unset HPOPT_PARAMS outside of a trial"
        ) from None
    except (OSError, ValueError) as error:
        raise StorageError(f"the trial's parameters can't be read: {error}", path) from error
    if not isinstance(values, dict):
        raise StorageError("the trial's parameters are no JSON object", path)
    return values


def fidelity(name: str, default: float | None = None) -> float | None:
    """How far this run goes, or the value that it is given where the length isn't cut.

    Under `hpopt run` that is HPOPT_FIDELITY_<NAME>; a frozen trial that goes on keeps the number it
    has read. In an objective it is the trial's last step, whatever the name. Plan a learning-rate
    schedule by the full length: a trial that is cut is a full one that stops early. Where nothing
    tells it: `default`.
    """
    trial = current()
    if trial is not None:
        return trial.last_step if trial.last_step < _UNKNOWN_LENGTH else default
    text = os.environ.get(_fidelity_variable(name))
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        raise InvalidInput(f"{text!r} is no number", _fidelity_variable(name)) from None
    return int(value) if value.is_integer() else value


def _fidelity_variable(name: str) -> str:
    letters = (chr(byte) for byte in name.encode())
    return "HPOPT_FIDELITY_" + "".join(
        letter.upper() if letter.isascii() and letter.isalnum() else "_" for letter in letters
    )


@overload
def checkpoint_dir() -> str | None: ...
@overload
def checkpoint_dir(default: str | os.PathLike[str]) -> str: ...
def checkpoint_dir(default: str | os.PathLike[str] | None = None) -> str | None:
    """A folder kept for the trial's life: who finds a checkpoint there goes on from it.

    Outside of a trial: `default`, which is made where it is missing.
    """
    trial = current()
    if trial is not None:
        return trial.checkpoint_dir
    folder = os.environ.get("HPOPT_CHECKPOINT_DIR")
    if folder:
        return folder
    if default is None:
        return None
    os.makedirs(default, exist_ok=True)
    return os.fspath(default)


def trial_number() -> int | None:
    """1, 2, 3, ...; None outside of a trial."""
    trial = current()
    if trial is not None:
        return trial.number
    text = os.environ.get("HPOPT_TRIAL", "")
    return int(text) if text.isdecimal() else None


def seed(default: int = 0) -> int:
    """For the trial's random numbers, in [0, 2^31): the same in every run of it."""
    trial = current()
    if trial is not None:
        return trial.seed
    text = os.environ.get("HPOPT_SEED", "")
    return int(text) if text.isdecimal() else default


@overload
def report(step: int | None = None, score: Any = ..., **metrics: Any) -> Verdict: ...
@overload
def report(config: dict[str, Any], score: Any, current_iters: int = -1) -> Any: ...
def report(*args: Any, **named: Any) -> Any:
    """Says how good the trial is by now; returns whether to go on (`Verdict.CONTINUE` is falsy).

        if hpopt.report(epoch, val_acc=0.91, loss=0.3): break

    The objective is told by its name or as `score=`; everything else is recorded beside it. Steps
    count from 1; without one, reports are counted. In an objective only the score is kept, and a
    single number is the score whatever its name. Errors: InvalidInput: a metric is no number.

    `report(config, score, current_iters=-1)`, with a dict in the first place, is the original's.
    """
    if isinstance(args[0] if args else named.get("config"), dict):
        from hpopt import legacy

        return legacy.report(*args, **named)
    return _report(*args, **named)


def _report(step: Any = None, score: Any = None, **metrics: Any) -> Verdict:
    if score is not None:
        metrics[_SCORE] = score  # the last of them: a trial may be frozen as soon as it is heard
    if not metrics:
        raise InvalidInput("there is nothing to report", "report", "as in report(3, val_acc=0.91)")
    numbers = {name: as_score(value, name) for name, value in metrics.items()}
    whole = None if step is None else as_step(step)
    trial = current()
    return report_to(trial, whole, numbers) if trial is not None else say(whole, numbers)


def score_among(trial: Trial, metrics: Mapping[str, float]) -> float | None:
    """The one that is the trial's objective; a single number is, whatever its name."""
    for name in (_SCORE, trial.metric):
        if name in metrics:
            return metrics[name]
    return next(iter(metrics.values())) if len(metrics) == 1 else None


def report_to(trial: Trial, step: int | None, metrics: Mapping[str, float]) -> Verdict:
    """Says the score among `metrics` to a trial of this process.

    Errors: InvalidInput: there are several, and none is the objective.
    """
    score = score_among(trial, metrics)
    if score is None:
        raise InvalidInput(
            f"none of {', '.join(metrics)} is the objective",
            "report",
            f"name one {trial.metric} or score",
        )
    whole = step if step is not None else _counted.get(trial, trial.next_step - 1) + 1
    _counted[trial] = whole
    return trial.report(whole, score)


def say(step: float | None, metrics: Mapping[str, float]) -> Verdict:
    """Says each number to the engine that runs this script; CONTINUE where there is none.

    A trial whose engine can't be reached goes on, with a warning.
    """
    client = _client()
    if client is None or not speaks_for_all():
        return Verdict.CONTINUE
    go_on = True
    try:
        for name, value in metrics.items():
            go_on = client.report("" if name == _SCORE else name, step, value) and go_on
    except HpoptError as error:
        warnings.warn(f"hpopt was not told: {error}", RuntimeWarning, stacklevel=3)
    return Verdict.CONTINUE if go_on else Verdict.STOP


def out_of_memory(kind: Literal["gpu", "host"]) -> None:
    """Tells that memory was short, whose, before the script exits: it is tried again with a smaller
    batch. In an objective the exception itself tells it."""
    client = _client()
    if client is None or current() is not None:
        return
    try:
        client.out_of_memory(kind)
    except HpoptError as error:
        warnings.warn(f"hpopt was not told: {error}", RuntimeWarning, stacklevel=2)


def speaks_for_all() -> bool:
    """Whether this process is the one of those that share a training that reports."""
    rank = os.environ.get("RANK") or os.environ.get("LOCAL_RANK") or "0"
    return rank == "0"


def _client() -> ReportClient | None:
    from hpopt._engine import ReportClient

    return ReportClient.from_environment()
