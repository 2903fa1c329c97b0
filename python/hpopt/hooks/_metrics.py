"""What a logging call holds: numbers by their names, and the step they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from numbers import Real
from typing import Any, NamedTuple

# The order in which they count where several stand: the one of docs/trial-protocol.md.
_STEP_WORDS = ("epoch", "step", "global_step", "iter", "iteration", "round")


class Logged(NamedTuple):
    step: float | None
    metrics: dict[str, float]


def logged(data: Mapping[Any, Any], step: Any = None) -> Logged:
    """The numbers of `data`; nested names are joined by dots, what is no number is passed over.

    The step is the epoch if `data` holds one ("epoch", "train/epoch"), else `step`, else another
    word for it. Words for steps are no metrics.
    """
    numbers = dict(_numbers(data))
    words: dict[str, float] = {}
    for name in list(numbers):
        word = name.replace("/", ".").rpartition(".")[2].lower()
        if word in _STEP_WORDS:
            words.setdefault(word, numbers.pop(name))
    given = as_number(step)
    if given is not None:
        words["step"] = given
    told = next((words[word] for word in _STEP_WORDS if word in words), None)
    return Logged(told, numbers)


def _numbers(data: Mapping[Any, Any], above: str = "") -> Iterator[tuple[str, float]]:
    for key, value in data.items():
        name = f"{above}{key}"
        if isinstance(value, Mapping):
            yield from _numbers(value, f"{name}.")
        elif (number := as_number(value)) is not None:
            yield name, number


def as_number(value: Any) -> float | None:
    """A number of Python, NumPy or a tensor that holds one; None: it is something else."""
    if hasattr(value, "item"):
        try:
            value = value.item()
        except (TypeError, ValueError, RuntimeError):
            return None  # an array of several
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    try:
        return float(value)
    except OverflowError:
        return None
