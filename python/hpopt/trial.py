"""Trial: one evaluation, seen by the code that trains.

The same class stands in the process of the study (`Study.ask`, `optimize(in_process=True)`) and in
the processes that `Study.optimize` starts: only what is behind it differs.
"""

from __future__ import annotations

import contextvars
import enum
from collections.abc import Sequence
from types import TracebackType
from typing import Any, NamedTuple, Protocol

from hpopt.errors import InvalidInput
from hpopt.scores import as_score, as_step

_UNKNOWN_LENGTH = 2**31 - 1


class Verdict(enum.IntEnum):
    """What to do after a report; CONTINUE alone is falsy: `if trial.report(step, score): break`."""

    CONTINUE = 0
    PAUSE = 1  # return now; the trial may be asked to go on later
    STOP = 2  # return now; more of it isn't worth its time
    LOST = 3  # another process has taken the trial over


class Backend(Protocol):
    """What a Trial needs of its study."""

    @property
    def number(self) -> int: ...
    @property
    def params(self) -> dict[str, Any]: ...
    @property
    def seed(self) -> int: ...
    @property
    def next_step(self) -> int: ...
    @property
    def last_step(self) -> int: ...
    @property
    def fidelity(self) -> float: ...
    @property
    def left(self) -> float: ...
    @property
    def stop_requested(self) -> bool: ...
    @property
    def checkpoint_dir(self) -> str: ...
    def suggest_float(
        self, name: str, low: float, high: float, log: bool, step: float
    ) -> float: ...
    def suggest_int(self, name: str, low: int, high: int, log: bool, step: int) -> int: ...
    def suggest_categorical(self, name: str, values: list[Any]) -> int: ...
    def report(self, step: int, score: float) -> int: ...


class Goal(NamedTuple):
    """What the study looks for."""

    metric: str
    maximize: bool


class Owner(Protocol):
    """What a Trial that was asked needs in order to end."""

    def leave(self, asked: Trial, error: BaseException | None) -> None: ...


_current: contextvars.ContextVar[Trial | None] = contextvars.ContextVar("hpopt_trial", default=None)


def current() -> Trial | None:
    """The trial whose objective runs in this thread; None outside an objective."""
    return _current.get()


class Trial:
    """A lease on one evaluation.

    As a context manager of one that was asked: left by an exception it ends as failed, and the
    exception goes on; left without a result it is released, as if it had never been asked.
    """

    def __init__(self, backend: Backend, goal: Goal, owner: Owner | None = None) -> None:
        self._backend = backend
        self._goal = goal
        self._owner = owner

    @property
    def number(self) -> int:
        """1, 2, 3, ..."""
        return self._backend.number

    @property
    def params(self) -> dict[str, Any]:
        """The values of a declared space, or of what was suggested so far."""
        return self._backend.params

    @property
    def seed(self) -> int:
        """For the trial's own random numbers: the same whenever the trial is run."""
        return self._backend.seed

    @property
    def metric(self) -> str:
        """The name of the score."""
        return self._goal.metric

    @property
    def maximize(self) -> bool:
        """Whether a larger score is better."""
        return self._goal.maximize

    def suggest_float(
        self, name: str, low: float, high: float, *, log: bool = False, step: float | None = None
    ) -> float:
        """A real number in [low, high]; asked again under this name: the same number.

        Errors: InvalidInput: an empty range, or another than the study knows under this name.
        """
        return self._backend.suggest_float(name, float(low), float(high), log, step or 0.0)

    def suggest_int(
        self, name: str, low: int, high: int, *, log: bool = False, step: int = 1
    ) -> int:
        """One of low, low + step, ... up to high. Errors: as suggest_float."""
        return self._backend.suggest_int(name, low, high, log, step)

    def suggest_categorical(self, name: str, choices: Sequence[Any]) -> Any:
        """One of the choices, which are values that JSON knows. Errors: as suggest_float."""
        if isinstance(choices, (str, bytes)):
            raise InvalidInput(f"{choices!r} is a text", name, "give a list of choices")
        given = list(choices)
        return given[self._backend.suggest_categorical(name, given)]

    @property
    def next_step(self) -> int:
        """The first step to train: 1, or after the last one if `checkpoint_dir` holds something."""
        return self._backend.next_step

    @property
    def last_step(self) -> int:
        """The last step of the full training; 2^31 - 1 when it isn't known."""
        return self._backend.last_step

    @property
    def full_steps(self) -> int:
        """The same as `last_step`."""
        return self._backend.last_step

    def steps(self, full: int | None = None) -> range:
        """The steps that are left to train, to `full` or the full length that the study knows."""
        last = full if full is not None else self.last_step
        if last >= _UNKNOWN_LENGTH:
            raise InvalidInput(
                "the full length isn't known", "full", "say steps(50), or full_steps= of the study"
            )
        return range(self.next_step, last + 1)

    @property
    def fidelity(self) -> float:
        """The step at which this run is looked at next, as a share of the full length in (0, 1]."""
        return self._backend.fidelity

    @property
    def left(self) -> float:
        """Seconds until the study's deadline; infinity without one."""
        return self._backend.left

    @property
    def stop_requested(self) -> bool:
        """Whether the study's time is up, or it was stopped."""
        return self._backend.stop_requested

    @property
    def checkpoint_dir(self) -> str:
        """A folder that is kept for the trial's life; it is there."""
        return self._backend.checkpoint_dir

    def report(self, step: int, score: Any) -> Verdict:
        """Says the score after a step; steps count from 1. NaN or infinity: the trial has diverged.

        `score` is a number, or a tensor or array with one. Errors: InvalidInput; Conflict: the
        trial has its result already.
        """
        return Verdict(self._backend.report(as_step(step), as_score(score)))

    def __enter__(self) -> Trial:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._owner is not None:
            self._owner.leave(self, error)

    def __repr__(self) -> str:
        return f"<hpopt.Trial {self.number}>"


def describe(error: BaseException | None) -> str:
    """One line: the type, the message and where it was raised."""
    if error is None:
        return "no reason"
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    trace = error.__traceback__
    if trace is None:
        return text
    while trace.tb_next is not None:
        trace = trace.tb_next
    path = trace.tb_frame.f_code.co_filename
    return text if path.startswith("<") else f"{text} ({path}:{trace.tb_lineno})"
