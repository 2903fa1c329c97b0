"""Makes a method of a logging library tell hpopt what it is told."""

from __future__ import annotations

import functools
import os
import signal
import warnings
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from hpopt import script
from hpopt.errors import HpoptError
from hpopt.hooks._metrics import Logged
from hpopt.trial import current

# One logger calls another (Lightning's calls W&B's): the outermost tells.
_telling: ContextVar[bool] = ContextVar("hpopt_telling", default=False)


def forward(owner: Any, name: str, read: Callable[..., Logged]) -> None:
    """Forwards each call of the method `name` of a class and of its subclasses, also of later ones.

    `read` gets the call's arguments, with the object first.
    """
    for kind in (owner, *_subclasses(owner)):
        _wrap(kind, name, read)
    inherited = owner.__dict__.get("__init_subclass__")

    def init_subclass(kind: Any, /, **options: Any) -> None:
        if inherited is not None:
            inherited.__func__(kind, **options)
        else:
            super(owner, kind).__init_subclass__(**options)
        _wrap(kind, name, read)

    owner.__init_subclass__ = classmethod(init_subclass)


def _subclasses(owner: Any) -> list[Any]:
    direct: list[Any] = owner.__subclasses__()
    return direct + [below for kind in direct for below in _subclasses(kind)]


def _wrap(kind: Any, name: str, read: Callable[..., Logged]) -> None:
    method = kind.__dict__.get(name)
    if not callable(method) or getattr(method, "__isabstractmethod__", False):
        return

    @functools.wraps(method)
    def wrapper(*args: Any, **named: Any) -> Any:
        if _telling.get():
            return method(*args, **named)
        token = _telling.set(True)
        try:
            result = method(*args, **named)
        finally:
            _telling.reset(token)
        _tell(functools.partial(read, *args, **named))
        return result

    setattr(kind, name, wrapper)


def _tell(read: Callable[[], Logged]) -> None:
    """A script that has never heard of hpopt is not to fail by it."""
    try:
        step, metrics = read()
        if metrics:
            _say(step, metrics)
    except (HpoptError, TypeError) as error:
        warnings.warn(f"hpopt was not told: {error}", RuntimeWarning, stacklevel=4)


def _say(step: float | None, metrics: dict[str, float]) -> None:
    trial = current()
    if trial is None:
        if script.say(step, metrics):
            # What it would get a second later, since it can't hear the verdict.
            os.kill(os.getpid(), signal.SIGTERM)
    elif script.score_among(trial, metrics) is not None and (step is None or step.is_integer()):
        script.report_to(trial, None if step is None else int(step), metrics)
