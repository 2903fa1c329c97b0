"""HpoptSearchCV: the hyper-parameters of a scikit-learn estimator, within a time or a number.

::

    from hpopt.integrations.sklearn import HpoptSearchCV

    search = HpoptSearchCV(
        SVC(),
        {"C": loguniform(1e-2, 1e4), "gamma": loguniform(1e-5, 1), "kernel": ["rbf", "poly"]},
        time="1m",
    )
    search.fit(X, y)
    search.best_params_, search.best_score_, search.predict(X_new)

Candidates begin on a small subset of the samples; the promising go on to larger ones, and the best
of those that came to the whole is the answer. Which candidates are tried follows from the scores so
far. All else is as in `RandomizedSearchCV`.
"""

from __future__ import annotations

import datetime
import math
import time as clock
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from joblib import effective_n_jobs
from sklearn.base import is_classifier
from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection import check_cv
from sklearn.model_selection._search import BaseSearchCV
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import _num_samples

import hpopt
from hpopt.durations import as_seconds
from hpopt.integrations._sklearn_ladder import Ladder, Pace
from hpopt.integrations._sklearn_space import SearchSpace
from hpopt.integrations._sklearn_subsets import Folds

__all__ = ["HpoptSearchCV"]

Evaluate = Callable[..., dict[str, Any]]

_LEAST_SAMPLES = 100
_LEAST_OF_A_CLASS = 10


class HpoptSearchCV(BaseSearchCV):
    """Searches hyper-parameters by cross-validation, guided by what is known so far.

    Args:
        estimator: Any estimator or pipeline of scikit-learn.
        param_distributions: Names to lists, frozen distributions of scipy.stats, domains of hpopt
            (with conditions by `when`) or marks as "~log(1e-5,1)"; or a list of such mappings, of
            which each candidate takes one.
        n_iter: So many candidates are tried.
        time: Seconds, "5m" or a timedelta: the whole of fit(), with the refit as far as it can be
            foreseen. Nothing is started that would be late; what runs is not interrupted. With
            both, what comes first ends the search.
        resource: What candidates are given less of at first: "n_samples", an integer parameter of
            the estimator ("n_estimators", with max_resources), or None: nothing, all get the whole.
        min_resources: On the lowest rung; "auto": what still tells something, at least 1/27.
        max_resources: On the highest rung; "auto": all samples.
        factor: Between two rungs; also one in `factor` candidates goes on.
        scoring, n_jobs, refit, cv, verbose, pre_dispatch, error_score, return_train_score: As in
            RandomizedSearchCV. With several scores, `refit` names the one that is searched by.
        random_state: Same number, data, n_iter and n_jobs: same search.
        storage: "memory:", or a store of hpopt, where `hpopt list` shows the study. A later fit()
            of the same name knows the trials of the one before, and tries the best of them first.
        study_name: In the store; default: the estimator's class.

    `cv_results_` has two more columns: `n_resources`, what the candidate was given, and `trial`,
    its number, the same on all rungs. `best_index_` is of a candidate with the whole resource, or
    the most that there was time for. A candidate all of whose fits failed is left out, with a
    FitFailedWarning.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **BaseSearchCV._parameter_constraints,
        "param_distributions": [dict, list],
        "n_iter": [Interval(Integral, 1, None, closed="left"), None],
        "time": [Interval(Real, 0, None, closed="neither"), str, datetime.timedelta, None],
        "resource": [str, None],
        "min_resources": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"})],
        "max_resources": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"})],
        "factor": [Interval(Integral, 2, None, closed="left")],
        "random_state": ["random_state"],
        "storage": [str],
        "study_name": [str, None],
    }

    cv: Any

    def __init__(
        self,
        estimator: Any,
        param_distributions: Any,
        *,
        n_iter: int | None = None,
        time: float | str | datetime.timedelta | None = None,
        resource: str | None = "n_samples",
        min_resources: int | str = "auto",
        max_resources: int | str = "auto",
        factor: int = 3,
        scoring: Any = None,
        n_jobs: int | None = None,
        refit: Any = True,
        cv: Any = None,
        verbose: int = 0,
        pre_dispatch: int | str = "2*n_jobs",
        random_state: Any = None,
        error_score: Any = np.nan,
        return_train_score: bool = False,
        storage: str = "memory:",
        study_name: str | None = None,
    ) -> None:
        super().__init__(
            estimator,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            pre_dispatch=pre_dispatch,
            error_score=error_score,
            return_train_score=return_train_score,
        )
        self.param_distributions = param_distributions
        self.n_iter = n_iter
        self.time = time
        self.resource = resource
        self.min_resources = min_resources
        self.max_resources = max_resources
        self.factor = factor
        self.random_state = random_state
        self.storage = storage
        self.study_name = study_name

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.array_api_support = False  # subsets are drawn by NumPy
        return tags

    def fit(self, X: Any, y: Any = None, **params: Any) -> HpoptSearchCV:
        """Searches, and fits the best estimator to all of X.

        Args:
            X, y: As the estimator takes them.
            params: Handed to the estimator's fit, the splitter and the scorer.

        Errors: InvalidInput (a ValueError): a bound or a space is wrong. ValueError: all fits of
        all candidates failed.
        """
        began = clock.monotonic()
        given = self.cv
        # Taken apart here and once: an iterator of folds has nothing more to give afterwards.
        self.cv = check_cv(given, y, classifier=is_classifier(self.estimator))
        self._fitting = _Fitting(X, y, self.cv, began)
        try:
            super().fit(X, y, **params)
        finally:
            self.cv = given
            del self._fitting
        return self

    def _run_search(self, evaluate_candidates: Evaluate) -> None:
        space = SearchSpace(self.param_distributions)
        ladder = self._ladder(space)
        seed = int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))
        seconds = as_seconds(self.time)
        if seconds == 0 and self.n_iter is None:
            raise hpopt.InvalidInput(
                "nothing bounds the search", "HpoptSearchCV", 'give n_iter=50, or time="5m"'
            )
        study = hpopt.Study.open(
            self.study_name or type(self.estimator).__name__,
            storage=self.storage,
            objectives=f"{self._guide()}:max",
            space=space.domains,
            time=seconds or None,
            trials=self.n_iter,
            full_steps=ladder.full_steps,
            min_steps=1,
            reduction_factor=ladder.factor,
            early_stop="hyperband" if ladder.top else "none",
            existing="restart",
            seed=seed,
        )
        deadline = self._fitting.began + seconds if seconds else math.inf
        _Search(self, study, space, ladder, evaluate_candidates, deadline, seed).run()

    def _ladder(self, space: SearchSpace) -> Ladder:
        if self.resource is None:
            return Ladder((1,), self.factor)
        if self.resource in space.names:
            raise hpopt.InvalidInput(
                "the resource is a parameter that is searched, too",
                self.resource,
                "take it out of param_distributions, or name another resource",
            )
        most = self._most()
        least: int | str = self.min_resources
        if isinstance(least, str):
            return Ladder.to(most, self.factor, least=min(most, self._least()))
        return Ladder.to(most, self.factor, least=least, open_end=True)

    def _most(self) -> int:
        samples = self._fitting.samples
        if isinstance(self.max_resources, str):
            if self.resource == "n_samples":
                return samples
            raise hpopt.InvalidInput(
                f"how much of {self.resource} is the whole isn't known",
                "max_resources",
                "give the number that a final training has",
            )
        if self.resource == "n_samples" and self.max_resources > samples:
            raise hpopt.InvalidInput(
                f"it is {self.max_resources}, and there are {samples} samples",
                "max_resources",
                'lower it, or say max_resources="auto"',
            )
        return int(self.max_resources)

    def _least(self) -> int:
        """The fewest that are worth a look."""
        if self.resource != "n_samples":
            return 1
        if not self._fitting.has_classes(self.estimator):
            return _LEAST_SAMPLES
        classes = len(np.unique(np.asarray(self._fitting.y)))
        return max(_LEAST_SAMPLES, _LEAST_OF_A_CLASS * classes)

    def _guide(self) -> str:
        """The name of the score that is searched by, as cv_results_ has it."""
        return self.refit if isinstance(self.refit, str) else "score"

    @staticmethod
    def _select_best_index(refit: Any, refit_metric: str, results: dict[str, Any]) -> int:
        if callable(refit):
            return int(BaseSearchCV._select_best_index(refit, refit_metric, results))
        return _best_index(results, refit_metric)


@dataclass
class _Fitting:
    """What a call of fit() was given, and when."""

    X: Any
    y: Any
    splitter: Any
    began: float

    @property
    def samples(self) -> int:
        return max(1, int(_num_samples(self.X)))  # that there are none the estimator will say

    def has_classes(self, estimator: Any) -> bool:
        return (
            self.y is not None
            and is_classifier(estimator)
            and type_of_target(self.y) in ("binary", "multiclass")
        )


@dataclass
class _Candidate:
    trial: hpopt.Trial
    params: dict[str, Any]
    rung: int


class _Search:
    """Asks the study for candidates, evaluates them rung by rung and tells their scores."""

    def __init__(
        self,
        owner: HpoptSearchCV,
        study: hpopt.Study,
        space: SearchSpace,
        ladder: Ladder,
        evaluate: Evaluate,
        deadline: float,
        seed: int,
    ) -> None:
        self._owner = owner
        self._study = study
        self._space = space
        self._ladder = ladder
        self._evaluate_candidates = evaluate
        self._deadline = deadline
        stratified = owner._fitting.has_classes(owner.estimator)
        self._folds = Folds(owner._fitting.splitter, stratified=stratified, seed=seed)
        self._pace = Pace(ladder)
        self._results: dict[str, Any] = {}
        self._reached: dict[int, int] = {}  # the rung on which a trial was last evaluated
        self._failure: ValueError | None = None

    def run(self) -> None:
        """Errors: ValueError: no fit of any candidate succeeded."""
        at_work: list[_Candidate] = []
        while True:
            self._fill(at_work)
            if not at_work:
                break
            rung = at_work[0].rung
            group = [each for each in at_work if each.rung == rung]
            if not self._has_time_for(rung):
                break
            at_work = [each for each in at_work if each.rung != rung]
            at_work += self._evaluate(group, rung)
        for candidate in at_work:
            _release(candidate.trial)
        if not self._results:
            raise self._failure or hpopt.InvalidInput(
                "no candidate could be evaluated", "HpoptSearchCV", "give it more time"
            )

    def _fill(self, at_work: list[_Candidate]) -> None:
        """As many candidates as keep the workers busy.

        A hundredth of those so far at least: each evaluation makes the table of all results anew.
        """
        workers = effective_n_jobs(self._owner.n_jobs)
        so_far = len(self._results.get("params", ()))
        while len(at_work) < max(1, workers // max(1, len(self._folds)), so_far // 100):
            candidate = self._next()
            if candidate is None:
                return
            at_work.append(candidate)

    def _next(self) -> _Candidate | None:
        try:
            trial = self._study.ask()
        except (hpopt.Exhausted, hpopt.TimeUp):
            return None
        rung = 0
        if trial.number in self._reached:
            rung = max(self._reached[trial.number] + 1, self._ladder.rung_at(trial.fidelity))
        return _Candidate(trial, self._space.params(trial.params), rung)

    def _has_time_for(self, rung: int) -> bool:
        """The first is always tried: without it there is no answer."""
        if not self._results or math.isinf(self._deadline):
            return True
        left = self._deadline - clock.monotonic()
        return left >= self._pace.expected(rung) + self._seconds_to_refit()

    def _seconds_to_refit(self) -> float:
        """Of the best so far; a fold's training set lacks one fold."""
        if not self._owner.refit:
            return 0.0
        best = _best_index(self._results, self._guide())
        given = self._results["n_resources"][best] / self._ladder.sizes[-1]
        folds = max(2, len(self._folds))
        return float(self._results["mean_fit_time"][best] / given * folds / (folds - 1))

    def _evaluate(self, group: list[_Candidate], rung: int) -> list[_Candidate]:
        """Those that go on at once."""
        began = clock.monotonic()
        scores = self._scores(group, rung)
        self._pace.note(rung, clock.monotonic() - began)
        return [
            candidate
            for candidate, score in zip(group, scores, strict=True)
            if self._tell(candidate, score)
        ]

    def _scores(self, group: list[_Candidate], rung: int) -> list[float]:
        params = [dict(each.params) for each in group]
        size = self._ladder.sizes[rung]
        share = 1.0
        if self._owner.resource == "n_samples":
            share = size / self._owner._fitting.samples
        elif self._owner.resource is not None:
            params = [each | {self._owner.resource: size} for each in params]
        more = {
            "n_resources": [size] * len(group),
            "trial": [each.trial.number for each in group],
        }
        try:
            with warnings.catch_warnings():
                # Said again after each evaluation, of all candidates so far.
                warnings.filterwarnings("ignore", "One or more of the (test|train) scores")
                self._results = self._evaluate_candidates(params, self._folds.share(share), more)
        except ValueError as error:
            if self._owner.error_score == "raise" or "fits failed" not in str(error):
                raise
            self._failure = error
            warnings.warn(str(error), FitFailedWarning, stacklevel=2)
            return [math.nan] * len(group)
        return [float(score) for score in self._column()[-len(group) :]]

    def _tell(self, candidate: _Candidate, score: float) -> bool:
        """Whether the candidate goes on to the next rung at once."""
        trial, rung = candidate.trial, candidate.rung
        self._reached[trial.number] = rung
        verdict = trial.report(self._ladder.step(rung), score)
        if verdict:
            return False
        if rung == self._ladder.top:
            self._study.tell(trial, score)
            return False
        candidate.rung += 1
        return True

    def _guide(self) -> str:
        return self._owner._guide()

    def _column(self) -> Any:
        name = f"mean_test_{self._guide()}"
        if name not in self._results:
            raise hpopt.InvalidInput(
                "there are several scores, and none is named to search by",
                "refit",
                "say the name of one of them: refit='accuracy'",
            )
        return self._results[name]


def _release(trial: hpopt.Trial) -> None:
    with trial:
        pass  # left without a result, it is as if it had never been asked


def _best_index(results: dict[str, Any], metric: str) -> int:
    """The best score among those with the most of the resource; all are NaN: the first."""
    scores = np.asarray(results[f"mean_test_{metric}"])
    resources = np.where(np.isnan(scores), -1, results["n_resources"])
    among = np.flatnonzero(resources == resources.max())
    best = np.argmax(scores[among])
    return int(among[best])
