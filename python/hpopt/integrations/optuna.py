"""HpoptSampler: hpopt's engine behind an Optuna study.

::

    from hpopt.integrations.optuna import HpoptSampler

    study = optuna.create_study(sampler=HpoptSampler(seed=1))
    study.optimize(objective, n_trials=100)

All that Optuna has goes on to work: storages, several processes, pruners, enqueued trials. The
sampler learns from the study's finished trials, whoever ran them. One objective only.
"""

from __future__ import annotations

import math
import os
import secrets
import statistics
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.samplers import BaseSampler, RandomSampler
from optuna.study import Study as OptunaStudy
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

import hpopt

__all__ = ["HpoptSampler"]

Space = dict[str, BaseDistribution]

_MOST_ENGINES = 32  # ranges that change from trial to trial would make ever more


class HpoptSampler(BaseSampler):
    """Samples from a tree-structured Parzen estimator over whole groups of parameters.

    Parameters that always come together are sampled together; those of another branch of a
    conditional space apart from them. A range that changes is a new one, for which all earlier
    trials count whose values lie in it. A parameter that is new, or outside of what is known of it,
    is sampled by itself. Where all of a finite space has been tried, values are drawn at random.

    Trials that were pruned count by their last intermediate value, but never as better than the
    median of those that were complete by then; failed ones don't count, as with Optuna's samplers.

    Args:
        seed: Of all decisions: same seed, same order of events (n_jobs=1): same trials. None: any.

    May be shared by threads, and pickled.
    """

    def __init__(self, *, seed: int | None = None) -> None:
        self._seed = secrets.randbits(31) if seed is None else seed
        self._random = RandomSampler(seed=self._seed % 2**32)
        self._begin()

    def _begin(self) -> None:
        self._lock = threading.RLock()
        self._process = os.getpid()
        self._forget("")

    def _forget(self, study_name: str) -> None:
        self._study_name = study_name
        self._groups = _Groups()
        self._engines: dict[str, _Engine] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {"_seed": self._seed, "_random": self._random}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._begin()

    def reseed_rng(self) -> None:
        """For a copy of the sampler in another thread or process: other values from here on."""
        self._random.reseed_rng()
        if os.getpid() != self._process:
            self._begin()
        with self._lock:
            self._seed = secrets.randbits(31)

    def infer_relative_search_space(self, study: OptunaStudy, trial: FrozenTrial) -> Space:
        """Every parameter of a finished trial, with the range that it had last."""
        _refuse_several_objectives(study)
        with self._lock:
            self._attend(study)
            self._groups.learn(study.get_trials(deepcopy=False))
            return self._groups.space()

    def sample_relative(
        self, study: OptunaStudy, trial: FrozenTrial, search_space: Space
    ) -> dict[str, Any]:
        """A value for each parameter of the search space."""
        _refuse_several_objectives(study)
        with self._lock:
            self._attend(study)
            params: dict[str, Any] = {}
            for group in self._groups.split(search_space):
                params |= self._sample(study, trial, group)
            return params

    def sample_independent(
        self,
        study: OptunaStudy,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """A value for one parameter, whatever the others are."""
        _refuse_several_objectives(study)
        with self._lock:
            self._attend(study)
            return self._sample(study, trial, {param_name: param_distribution})[param_name]

    def _attend(self, study: OptunaStudy) -> None:
        if study.study_name != self._study_name:
            self._forget(study.study_name)

    def _sample(self, study: OptunaStudy, trial: FrozenTrial, space: Space) -> dict[str, Any]:
        params = {name: _only_value(each) for name, each in space.items() if each.single()}
        varying = {name: each for name, each in space.items() if not each.single()}
        if not varying:
            return params
        engine = self._engine(study, varying)
        engine.learn(study.get_trials(deepcopy=False))
        sampled = engine.ask(trial.number)
        if sampled is None:
            sampled = {
                name: self._random.sample_independent(study, trial, name, each)
                for name, each in varying.items()
            }
        return params | sampled

    def _engine(self, study: OptunaStudy, space: Space) -> _Engine:
        key = repr(sorted(space.items(), key=lambda item: item[0]))
        engine = self._engines.pop(key, None)
        if engine is None:
            # A parameter's own stream, else all would begin at the same point of their ranges.
            seed = zlib.crc32(key.encode()) ^ (self._seed % 2**32)
            engine = _Engine(space, study.direction, seed)
        self._engines[key] = engine  # the last is the one used last
        while len(self._engines) > _MOST_ENGINES:
            self._engines.pop(next(iter(self._engines)))
        return engine


class _Unseen:
    """Goes through the finished trials of a study, each once."""

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._first = 0  # all before it were seen

    def of(self, trials: Sequence[FrozenTrial]) -> Iterator[FrozenTrial]:
        for trial in trials[self._first :]:
            if trial.state.is_finished() and trial.number not in self._seen:
                self._seen.add(trial.number)
                yield trial
        while self._first < len(trials) and trials[self._first].number in self._seen:
            self._first += 1


class _Groups:
    """Parameters that so far have always come together."""

    def __init__(self) -> None:
        self._unseen = _Unseen()
        self._groups: list[set[str]] = []
        self._known: Space = {}

    def learn(self, trials: Sequence[FrozenTrial]) -> None:
        for trial in self._unseen.of(trials):
            if trial.state in (TrialState.COMPLETE, TrialState.PRUNED):
                self._known |= trial.distributions
                self._refine(set(trial.distributions))

    def _refine(self, names: set[str]) -> None:
        parts = [part for group in self._groups for part in (group & names, group - names)]
        parts.append(names.difference(*self._groups))
        self._groups = [part for part in parts if part]

    def space(self) -> Space:
        return {name: self._known[name] for name in sorted(self._known)}

    def split(self, space: Space) -> list[Space]:
        """By groups; what is in none of them makes one more."""
        parts = [[name for name in space if name in group] for group in self._groups]
        parts.append([name for name in space if name not in self._known])
        return [{name: space[name] for name in part} for part in parts if part]


class _Engine:
    """A study of hpopt over one search space, kept abreast of Optuna's."""

    def __init__(self, space: Space, direction: StudyDirection, seed: int) -> None:
        self._space = space
        self._worse = min if direction == StudyDirection.MAXIMIZE else max
        self._study = hpopt.Study.open(
            "optuna",
            storage="memory:",
            objectives="value:max" if direction == StudyDirection.MAXIMIZE else "value:min",
            space={name: _domain(name, each) for name, each in space.items()},
            early_stop="none",
            seed=seed,
        )
        self._unseen = _Unseen()
        self._scores: list[float] = []  # of complete trials
        # By the number of the Optuna trial: under way, and the values that it was given.
        self._out: dict[int, tuple[hpopt.Trial, dict[str, Any]]] = {}

    def learn(self, trials: Sequence[FrozenTrial]) -> None:
        """Tells the results that are new, and who is under way elsewhere."""
        for trial in self._unseen.of(trials):
            self._settle(trial)
        for trial in _under_way(trials):
            params = self._params_of(trial)
            if trial.number not in self._out and params is not None:
                asked = self._ask_for(params)
                if asked is not None:
                    self._out[trial.number] = (asked, params)

    def ask(self, number: int) -> dict[str, Any] | None:
        """For the Optuna trial of this number; None: all of the space has been tried."""
        try:
            asked = self._study.ask()
        except hpopt.Exhausted:
            return None
        params = self._decoded(asked.params)
        self._out[number] = (asked, params)
        return params

    def _settle(self, trial: FrozenTrial) -> None:
        asked, given = self._out.pop(trial.number, (None, None))
        score = self._score(trial)
        params = self._params_of(trial)
        if asked is not None and (score is None or params != given):
            _release(asked)
            asked = None
        if score is None or params is None:
            return
        asked = asked or self._ask_for(params)
        if asked is not None:
            self._study.tell(asked, score)

    def _score(self, trial: FrozenTrial) -> float | None:
        if trial.state == TrialState.COMPLETE:
            score = math.nan if trial.value is None else float(trial.value)
            if not math.isfinite(score):
                return None
            self._scores.append(score)
            return score
        if trial.state != TrialState.PRUNED:
            return None
        values = [float(each) for _, each in sorted(trial.intermediate_values.items())]
        finite = [each for each in values if math.isfinite(each)]
        if not finite or not self._scores:
            return None
        return self._worse(finite[-1], statistics.median(self._scores))

    def _params_of(self, trial: FrozenTrial) -> dict[str, Any] | None:
        """The trial's values; None: some are missing, or are outside of the space."""
        params = {}
        for name, distribution in self._space.items():
            if name not in trial.params:
                return None
            value = trial.params[name]
            try:
                inside = distribution._contains(distribution.to_internal_repr(value))
            except ValueError:
                return None
            if not inside:
                return None
            params[name] = value
        return params

    def _ask_for(self, params: dict[str, Any]) -> hpopt.Trial | None:
        """A trial of these values; None: there can't be one."""
        wanted = {name: _encode(self._space[name], value) for name, value in params.items()}
        try:
            self._study.enqueue(wanted)
            asked = self._study.ask()
        except (hpopt.Conflict, hpopt.Exhausted, hpopt.InvalidInput):
            return None
        if asked.params == wanted:
            return asked
        _release(asked)
        return None

    def _decoded(self, params: dict[str, Any]) -> dict[str, Any]:
        return {name: _decode(self._space[name], value) for name, value in params.items()}


def _under_way(trials: Sequence[FrozenTrial]) -> Iterable[FrozenTrial]:
    return (trial for trial in trials if trial.state == TrialState.RUNNING)


def _release(asked: hpopt.Trial) -> None:
    with asked:
        pass  # left without a result, it is as if it had never been asked


def _domain(name: str, distribution: BaseDistribution) -> Any:
    match distribution:
        case FloatDistribution(low=low, high=high, log=log, step=step):
            return hpopt.Float(low, high, log=log, step=step)
        case IntDistribution(low=low, high=high, log=log, step=step):
            return hpopt.Int(low, high, log=log, step=step)
        case CategoricalDistribution(choices=choices):
            return hpopt.Categorical(range(len(choices)))  # of any type: by their index
    raise hpopt.InvalidInput(
        f"{distribution} is unknown here", name, "use suggest_float, _int or _categorical"
    )


def _encode(distribution: BaseDistribution, value: Any) -> Any:
    if isinstance(distribution, CategoricalDistribution):
        return int(distribution.to_internal_repr(value))
    if isinstance(distribution, IntDistribution):
        return int(value)
    if distribution.step is None:
        return float(value)
    # Optuna rounds its steps in another way: 0.1 + 2 * 0.1 is 0.30000000000000004 there.
    domain = hpopt.Float(distribution.low, distribution.high, step=distribution.step)._engine()
    return domain.from_unit(domain.to_unit(float(value)))


def _decode(distribution: BaseDistribution, value: Any) -> Any:
    return distribution.to_external_repr(value)


def _only_value(distribution: BaseDistribution) -> Any:
    if isinstance(distribution, CategoricalDistribution):
        return distribution.choices[0]
    return distribution.low


def _refuse_several_objectives(study: OptunaStudy) -> None:
    if len(study.directions) > 1:
        raise hpopt.InvalidInput(
            f"the study has {len(study.directions)} objectives, and HpoptSampler serves one",
            study.study_name,
            "use optuna.samplers.NSGAIISampler, or make one objective of them",
        )
