"""Scores and steps as trainers hold them: numbers of Python, NumPy and the tensor libraries."""

from __future__ import annotations

import operator
from typing import Any

from hpopt.errors import InvalidInput


def as_score(value: Any, where: str = "score") -> float:
    """The score as a float: any real number, or a tensor or array that holds exactly one.

    NaN and infinity pass: they say that the trial has diverged. Errors: InvalidInput.
    """
    if isinstance(value, float):
        return value
    if value is None:
        raise InvalidInput("the score is None", where, "return or report a number")
    if isinstance(value, (str, bytes, bytearray)):
        raise InvalidInput(f"the score is the text {value!r}", where, "give a number")
    try:
        single = value.item() if hasattr(value, "item") else value
        return float(single)
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        raise InvalidInput(
            f"a {type(value).__name__} is no score: {error}", where, "give one number"
        ) from None


def as_step(value: Any) -> int:
    """The step as an int in [0, 2^31). Errors: InvalidInput."""
    try:
        step = operator.index(value.item() if hasattr(value, "item") else value)
    except (TypeError, ValueError, RuntimeError):
        step = _whole(value)
    if not 0 <= step < 2**31:
        raise InvalidInput(f"the step is {step}", "step", "count steps from 1")
    return step


def _whole(value: Any) -> int:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError, RuntimeError):
        number = float("nan")
    if not number.is_integer():
        raise InvalidInput(
            f"{value!r} is no step", "step", "report(step, score): the step comes first"
        )
    return int(number)
