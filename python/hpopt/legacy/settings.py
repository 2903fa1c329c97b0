"""Settings: what create() was asked for, checked, with what was left out filled in."""

from __future__ import annotations

import dataclasses
import math
import os
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

from hpopt.legacy.plan import Budget, plan_halving, plan_whole_trials
from hpopt.legacy.rungs import default_brackets, ladder
from hpopt.legacy.space import SearchSpace

STORED = "hpopt"  # the key of hpopt_status.json that only we write
_ALGORITHMS = {"bayes_opt": "smbo", "baye_opt": "smbo", "smbo": "smbo", "asha": "asha"}
_WHOLE = {"full_dataset_size": 0, "num_full_iterations": 1, "num_init_trials": 1, "num_workers": 1}
_WHOLE_OR_NONE = {"num_trials": 1, "max_iterations": 1, "min_iterations": 1, "num_brackets": 1}
_REAL = ("expected_time_ratio", "non_pure_train_ratio", "kappa", "kappa_decay", "kappa_decay_delay")


@dataclass(frozen=True)
class Settings:
    """`num_trials`, `max_iterations` and `subset_ratio` are known; `num_trials` is a forecast where
    `plans_trials`."""

    search_space: dict[str, SearchSpace]
    algorithm: str  # "smbo" or "asha"
    save_path: str
    early_stop: str | None
    mode: str
    num_init_trials: int
    num_trials: int
    plans_trials: bool
    max_iterations: int
    min_iterations: int
    reduction_factor: int
    num_brackets: int
    subset_ratio: float
    batch_size_name: str | None
    image_resize: tuple[int, int]
    metric: str
    expected_time_ratio: float
    non_pure_train_ratio: float
    num_full_iterations: int
    full_dataset_size: int
    num_workers: int
    use_epoch: bool

    @property
    def budget(self) -> Budget:
        return _budget(vars(self))

    @property
    def images_per_iteration(self) -> float:
        """1 where the size of the data is not known: rungs are counted in iterations then."""
        return self.full_dataset_size * self.subset_ratio or 1

    @property
    def iteration_limit(self) -> float:
        return self.images_per_iteration * self.max_iterations

    @property
    def rungs_in_brackets(self) -> list[list[float]]:
        first = self.images_per_iteration * self.min_iterations
        return [
            ladder(first, self.iteration_limit, self.reduction_factor, bracket)
            for bracket in range(self.num_brackets)
        ]

    def as_given(self, params: dict[str, Any]) -> dict[str, Any]:
        """The caller's own objects, and decimals as a person writes them, each inside the space.

        Errors: TypeError, ValueError: a value that no range can hold.
        """
        spaces = self.search_space
        return {name: spaces[name].nearest(params[name]) for name in spaces if name in params}

    def first_step(self, bracket: int) -> int:
        """Up to which a trial of the bracket is not compared with others."""
        first: int = self.min_iterations * self.reduction_factor**bracket
        return min(first, self.max_iterations)

    def to_json(self) -> dict[str, Any]:
        """All but the search space, which the original's format has a place for."""
        fields = dataclasses.fields(self)
        return {each.name: getattr(self, each.name) for each in fields[1:]}

    @classmethod
    def from_status(cls, status: dict[str, Any], save_path: str) -> Settings:
        """What hpopt_status.json keeps. Errors: KeyError, TypeError: it is not ours."""
        known = {each.name for each in dataclasses.fields(cls)}
        stored = {name: value for name, value in status[STORED].items() if name in known}
        stored |= {"save_path": save_path, "image_resize": tuple(stored["image_resize"])}
        return cls(search_space=spaces_of(status), **stored)


def spaces_of(status: dict[str, Any]) -> dict[str, SearchSpace]:
    return {name: SearchSpace.from_json(each) for name, each in status["search_space"].items()}


def checked(arguments: dict[str, Any], known: dict[str, Any] | None = None) -> Settings:
    """The arguments of create(), all of them.

    Args:
        known: `max_iterations` and `subset_ratio` of a search that goes on: they stand where the
            arguments leave them out.

    Errors: TypeError, ValueError that name the argument.
    """
    given = dict(arguments)
    for name, least in _WHOLE.items():
        given[name] = _whole(name, given[name], least)
    for name, least in _WHOLE_OR_NONE.items():
        given[name] = None if given[name] is None else _whole(name, given[name], least)
    for name in _REAL:
        given[name] = _real(name, given[name])
    given["reduction_factor"] = _whole("reduction_factor", given["reduction_factor"], 2)
    given["search_space"] = _space(given["search_space"])
    given["subset_ratio"] = _share(given["subset_ratio"])
    for name, value in (known or {}).items():
        given[name] = value if given[name] is None else given[name]
    if given["expected_time_ratio"] <= 0:
        raise ValueError("expected_time_ratio must be > 0: it counts full trainings")
    if not 0 <= given["non_pure_train_ratio"] <= 1:
        raise ValueError("non_pure_train_ratio is a share of the time: give 0 to 1")
    return _settle(given)


def _settle(given: dict[str, Any]) -> Settings:
    algorithm = _algorithm(given["search_alg"])
    budget = _budget(given)
    first = given["min_iterations"] or 1
    asked = (given["num_trials"], given["max_iterations"], given["subset_ratio"])
    if algorithm == "asha":
        plan = plan_halving(budget, first, given["reduction_factor"], *asked)
    else:
        plan = plan_whole_trials(budget, len(given["search_space"]), *asked)
    first = min(first, plan.iterations)
    brackets = given["num_brackets"]
    if brackets is None:
        planned = None in asked
        whole = default_brackets(first, plan.iterations, given["reduction_factor"])
        brackets = 1 if planned else whole
    return Settings(
        search_space=given["search_space"],
        algorithm=algorithm,
        save_path=_path(given["save_path"]),
        early_stop=early_stop_of(given["early_stop"]),
        mode=_one_of("mode", given["mode"], ("max", "min")),
        num_init_trials=min(given["num_init_trials"], plan.trials),
        num_trials=plan.trials,
        plans_trials=given["num_trials"] is None,
        max_iterations=plan.iterations,
        min_iterations=first,
        reduction_factor=given["reduction_factor"],
        num_brackets=brackets,
        subset_ratio=plan.share,
        batch_size_name=given["batch_size_name"],
        image_resize=_resize(given["image_resize"]),
        metric=str(given["metric"]),
        expected_time_ratio=given["expected_time_ratio"],
        non_pure_train_ratio=given["non_pure_train_ratio"],
        num_full_iterations=given["num_full_iterations"],
        full_dataset_size=given["full_dataset_size"],
        num_workers=given["num_workers"],
        use_epoch=bool(given["use_epoch"]),
    )


def _budget(given: dict[str, Any]) -> Budget:
    return Budget(
        ratio=given["expected_time_ratio"],
        workers=given["num_workers"],
        full=given["num_full_iterations"],
        samples=given["full_dataset_size"],
        other=given["non_pure_train_ratio"],
    )


def _whole(name: str, value: Any, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} should be an int, and is {value!r}")
    if value < least:
        raise ValueError(f"{name} should be at least {least}, and is {value}")
    return int(value)


def _real(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} should be a number, and is {value!r}")
    if not math.isfinite(value):
        raise ValueError(f"{name} should be finite, and is {value}")
    return int(value) if isinstance(value, Integral) else float(value)


def _share(value: Any) -> float | None:
    if value is None:
        return None
    share = _real("subset_ratio", value)
    if share <= 0:
        raise ValueError(f"subset_ratio should be > 0, and is {value}")
    return min(share, 1.0)


def _space(value: Any) -> dict[str, SearchSpace]:
    if not isinstance(value, dict):
        raise TypeError(f"search_space should be a dict of SearchSpace, and is {value!r}")
    if not value:
        raise ValueError("search_space is empty: name at least one hyper-parameter")
    for name, each in value.items():
        if not isinstance(each, SearchSpace):
            raise TypeError(f"search_space[{name!r}] should be a SearchSpace, and is {each!r}")
    return dict(value)


def _algorithm(value: Any) -> str:
    if value not in _ALGORITHMS:
        raise ValueError(f"search_alg is {value!r}: say 'bayes_opt' or 'asha'")
    return _ALGORITHMS[value]


def early_stop_of(value: Any) -> str | None:
    """The original takes all but 'median_stop' for none; its documentation calls it a flag."""
    return "median_stop" if value in ("median_stop", True) else None


def _one_of(name: str, value: Any, words: tuple[str, ...]) -> str:
    if value not in words:
        raise ValueError(f"{name} is {value!r}: say {' or '.join(map(repr, words))}")
    return str(value)


def _path(value: Any) -> str:
    if not isinstance(value, (str, os.PathLike)):
        raise TypeError(f"save_path should be a path, and is {value!r}")
    return os.fsdecode(value)


def _resize(value: Any) -> tuple[int, int]:
    try:
        width, height = value[0], value[1]
    except (TypeError, IndexError, KeyError):
        raise ValueError(f"image_resize should be [width, height], and is {value!r}") from None
    return _whole("image_resize", width, 0), _whole("image_resize", height, 0)
