"""Rungs: where trials are compared. Brackets: ladders that begin at a higher rung each.

The same unit everywhere: iterations, or images where the size of the data set is known.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator


def ladder(first: float, last: float, factor: int, bracket: int = 0) -> list[float]:
    """first * factor^bracket, times factor, ... up to `last`; the highest first."""
    rungs: list[float] = []
    rung = first * factor**bracket
    while rung <= last:
        rungs.insert(0, rung)
        rung *= factor
    return rungs


def default_brackets(first: int, last: int, factor: int) -> int:
    """One for each rung."""
    return max(1, len(ladder(first, last, factor)))


def trials_in_brackets(factor: int, brackets: int) -> list[int]:
    """How many of a round of Hyperband begin in each; the lowest ladder gets most."""
    return [
        math.ceil(brackets // (above + 1) * factor**above) for above in reversed(range(brackets))
    ]


def brackets(factor: int, count: int) -> Iterator[int]:
    """Of trial 0, 1, 2, ...: every beginning of the sequence is divided as the whole is."""
    shares = trials_in_brackets(factor, count)
    taken = [0] * count
    for trials in itertools.count(1):
        owed = [trials * share / sum(shares) - taken[place] for place, share in enumerate(shares)]
        bracket = owed.index(max(owed))
        taken[bracket] += 1
        yield bracket
