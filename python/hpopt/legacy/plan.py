"""What `expected_time_ratio` buys: how many trials, how long, on which share of the data.

The unit of all costs is one full training: `full` iterations over all of the data. An iteration
over a share of the data costs less of one, but what is no training (`other`: validation) stays
whole. Before anything has run this is a forecast; from the first reports on `spent` measures.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LEAST_SAMPLES = 500
_LEAST_SHARE = 0.2
_LEAST_ITERATIONS = 2
_TRIALS_PER_PARAMETER = 20


@dataclass(frozen=True)
class Budget:
    """What a search may cost, and what that is counted in."""

    ratio: float  # full trainings that it may take, of the clock on the wall
    workers: int
    full: int  # iterations of a full training
    samples: int  # of the whole data; 0: not known
    other: float  # share of an iteration's time that does not hang on the data

    @property
    def trainings(self) -> float:
        """Full trainings that all workers do together."""
        return self.ratio * self.workers

    def cost(self, iterations: float, share: float) -> float:
        """Of one trial."""
        return iterations / self.full * self.iteration(share)

    def iteration(self, share: float) -> float:
        """An iteration over a share of the data, in iterations over all of it."""
        return (1 - self.other) * share + self.other

    def least_share(self) -> float:
        """Of the data: a fifth, at least 500 samples, or all."""
        if self.samples <= LEAST_SAMPLES:
            return 1.0
        return max(_LEAST_SHARE, LEAST_SAMPLES / self.samples)


@dataclass(frozen=True)
class Plan:
    trials: int
    iterations: int
    share: float


def plan_whole_trials(
    budget: Budget,
    parameters: int,
    trials: int | None,
    iterations: int | None,
    share: float | None,
) -> Plan:
    """For trials that run to their end; what is given stays as it is.

    The trials are made as long, on as much data, as still lets 20 a parameter be tried.
    """
    wanted = trials or _TRIALS_PER_PARAMETER * parameters
    proxies = list(_proxies(budget, iterations, share))
    fitting = [each for each in proxies if wanted * budget.cost(*each) <= budget.trainings]
    length, part = fitting[-1] if fitting else proxies[0]
    affordable = max(1, int(budget.trainings / budget.cost(length, part)))
    return Plan(trials or affordable, length, part)


def plan_halving(
    budget: Budget,
    first_rung: int,
    factor: int,
    trials: int | None,
    iterations: int | None,
    share: float | None,
) -> Plan:
    """For trials of which one in `factor` goes on from each rung."""
    length = iterations or budget.full
    part = share or budget.least_share()
    mean = mean_length(first_rung, length, factor)
    affordable = max(1, int(budget.trainings / budget.cost(mean, part)))
    return Plan(trials or affordable, length, part)


def mean_length(first_rung: int, length: int, factor: int) -> float:
    """Iterations that a trial runs on average under successive halving."""
    mean, left, rung = 0.0, 1.0, first_rung
    while rung < length:
        mean += left * (1 - 1 / factor) * rung
        left /= factor
        rung *= factor
    return mean + left * length


def spent(runs: Iterable[tuple[float, float]], wall: float, share: float, budget: Budget) -> float:
    """Full trainings that were spent, as measured; 0 until a trial has reported.

    Args:
        runs: Seconds and last step of each trial.
        wall: Seconds of the search so far; what passed between trials does not count.
    """
    measured = list(runs)
    paces = [seconds / steps for seconds, steps in measured if steps > 0 and seconds > 0]
    if not paces:
        return 0.0
    full_training = statistics.median(paces) * budget.full / budget.iteration(share)
    busy = sum(seconds for seconds, _ in measured) / budget.workers
    return min(busy, wall) / full_training


def _proxies(
    budget: Budget, iterations: int | None, share: float | None
) -> Iterator[tuple[int, float]]:
    """From the cheapest trial to the full training; length and share of the data rise together."""
    shortest = min(_LEAST_ITERATIONS, budget.full)
    smallest = budget.least_share()
    grades = 100
    for grade in range(grades + 1):
        rise = grade / grades
        length = round(shortest * (budget.full / shortest) ** rise)
        yield iterations or length, share or smallest ** (1 - rise)
