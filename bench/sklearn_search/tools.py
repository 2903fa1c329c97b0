"""The searches that are measured, each filling the same time."""

import dataclasses
import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import HalvingRandomSearchCV, RandomizedSearchCV, StratifiedKFold

from hpopt.integrations.sklearn import HpoptSearchCV

FOLDS = 5
_FITS_WELL = (0.9, 1.2)  # of the time that was to be filled
_MOST_TRIES = 5


@dataclasses.dataclass(frozen=True)
class Outcome:
    search: object
    seconds: float
    candidates: int


def _timed(search, problem):
    began = time.monotonic()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        search.fit(problem.train_x, problem.train_y)
    return search, time.monotonic() - began


def _folds(seed):
    return StratifiedKFold(FOLDS, shuffle=True, random_state=seed)


def hpopt(problem, seconds, seed):
    search, took = _timed(
        HpoptSearchCV(
            problem.model,
            problem.space,
            time=seconds,
            cv=_folds(seed),
            random_state=seed,
        ),
        problem,
    )
    return Outcome(search, took, len(set(search.cv_results_["trial"])))


def _filling(make, problem, seconds, number):
    """The search with as many candidates as take the time: they know no time, only a number."""
    for _ in range(_MOST_TRIES):
        search, took = _timed(make(number), problem)
        if _FITS_WELL[0] <= took / seconds <= _FITS_WELL[1]:
            break
        number = max(2, round(number * min(10, 1.05 * seconds / took)))
    return search, took


def random(problem, seconds, seed):
    search, took = _filling(
        lambda number: RandomizedSearchCV(
            problem.model, problem.space, n_iter=number, cv=_folds(seed), random_state=seed
        ),
        problem,
        seconds,
        number=10,
    )
    return Outcome(search, took, len(search.cv_results_["params"]))


def halving(problem, seconds, seed):
    search, took = _filling(
        lambda number: HalvingRandomSearchCV(
            problem.model,
            problem.space,
            n_candidates=number,
            cv=_folds(seed),
            random_state=seed,
        ),
        problem,
        seconds,
        number=30,
    )
    return Outcome(search, took, int(np.sum(search.cv_results_["iter"] == 0)))


TOOLS = {"hpopt": hpopt, "halving": halving, "random": random}
