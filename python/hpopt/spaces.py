"""Declared spaces: what each hyper-parameter may be.

A space is a mapping of names to domains::

    space = {
        "lr": hpopt.Float(1e-5, 1, log=True),
        "opt": hpopt.Categorical(["sgd", "adam"]),
        "momentum": hpopt.Float(0, 0.99, when={"opt": "sgd"}, default=0.9),
        "width": "~logint(16, 512; step=8)",  # as on the command line of `hpopt run`
        "epochs": 10,  # does not vary
    }

`default` is tried first; `prior` is where you expect the best value, a number, a choice or a
`Prior`: the search begins around it and forgets it as it learns. `when` names the values of other
parameters under which this one is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hpopt import _engine
from hpopt.errors import InvalidInput

When = Mapping[str, Any]


@dataclass(frozen=True)
class Prior:
    """Where the best value is expected, and how surely.

    `spread` is a standard deviation: in decades where the domain is logarithmic, else as a share of
    the range; of a choice it is the probability that all other choices share.
    """

    at: Any
    spread: float | None = None


@dataclass(frozen=True, kw_only=True)
class _Domain:
    default: Any = None
    prior: Any = None
    when: When = field(default_factory=dict)

    def _engine(self) -> _engine.Domain:
        raise NotImplementedError


@dataclass(frozen=True)
class Float(_Domain):
    """Real numbers in [low, high]; with a step: low, low + step, ... up to high."""

    low: float
    high: float
    log: bool = False
    step: float | None = None

    def _engine(self) -> _engine.Domain:
        return _engine.Domain.make_float(self.low, self.high, self.log, self.step or 0.0)


@dataclass(frozen=True)
class Int(_Domain):
    """Integers low, low + step, ... up to high."""

    low: int
    high: int
    log: bool = False
    step: int = 1

    def _engine(self) -> _engine.Domain:
        return _engine.Domain.make_int(self.low, self.high, self.log, self.step)


@dataclass(frozen=True)
class Normal(_Domain):
    """Normally distributed numbers, with `log` their exponentials; with a step: multiples of it."""

    mu: float
    sigma: float
    log: bool = False
    step: float | None = None

    def _engine(self) -> _engine.Domain:
        return _engine.Domain.make_normal(self.mu, self.sigma, self.log, self.step or 0.0)


@dataclass(frozen=True)
class Beta(_Domain):
    """Numbers in [0, 1] that are Beta(a, b) distributed; with a step: multiples of it."""

    a: float
    b: float
    step: float | None = None

    def _engine(self) -> _engine.Domain:
        return _engine.Domain.make_beta(self.a, self.b, self.step or 0.0)


@dataclass(frozen=True)
class Categorical(_Domain):
    """One of several values without an order; weights > 0, one a value, or none: equal."""

    values: Iterable[Any]
    weights: Iterable[float] | None = None

    def __post_init__(self) -> None:
        if isinstance(self.values, (str, bytes)):
            raise InvalidInput(f"{self.values!r} is a text", "values", "give a list of values")
        object.__setattr__(self, "values", tuple(self.values))
        if self.weights is not None:
            object.__setattr__(self, "weights", tuple(self.weights))

    def _engine(self) -> _engine.Domain:
        return _engine.Domain.make_categorical(list(self.values), list(self.weights or ()))


@dataclass(frozen=True)
class Fixed(_Domain):
    """Always this value."""

    value: Any

    def _engine(self) -> _engine.Domain:
        return _engine.Domain.make_fixed(self.value)


Domain = Float | Int | Normal | Beta | Categorical | Fixed
SpaceLike = Mapping[str, Any]

_KINDS: dict[str, type[Any]] = {
    "float": Float,
    "int": Int,
    "normal": Normal,
    "beta": Beta,
    "categorical": Categorical,
    "fixed": Fixed,
}


def to_engine(space: SpaceLike | None, constraints: Iterable[str] = ()) -> _engine.Space:
    """What the engine knows a space by. Errors: InvalidInput that names the parameter."""
    result = _engine.Space()
    if space is not None and not isinstance(space, Mapping):
        raise InvalidInput(
            f"a {type(space).__name__} is no space", "space", "give a mapping of names to domains"
        )
    for name, domain in (space or {}).items():
        if not isinstance(name, str):
            raise InvalidInput(f"{name!r} is no name of a parameter", "space", "give a string")
        _add(result, name, domain)
    for text in constraints:
        result.add_constraint(text)
    return result


def from_engine(space: _engine.Space) -> dict[str, Domain]:
    """As the user would have declared it."""
    found: dict[str, Domain] = {}
    for name, domain, when, default, prior in space.parameters:
        kind, fields = domain.fields
        conditions = {parent: list(values) for parent, values in when}
        believed = Prior(*prior) if prior is not None else None
        found[name] = _KINDS[kind](**fields, when=conditions, default=default, prior=believed)
    return found


def _add(space: _engine.Space, name: str, domain: Any) -> None:
    if isinstance(domain, str) and domain.startswith("~"):
        space.add_mark(name, domain)
    elif isinstance(domain, _Domain):
        when = [(parent, _values(value)) for parent, value in domain.when.items()]
        try:
            made = domain._engine()
        except TypeError as error:
            raise InvalidInput(_first_line(error), name, "look at the types") from None
        prior = domain.prior if isinstance(domain.prior, Prior) else Prior(domain.prior)
        space.add(name, made, when, domain.default, prior.at, prior.spread)
    elif isinstance(domain, (list, tuple)):
        space.add(name, Categorical(domain)._engine(), [], None)
    else:
        space.add(name, Fixed(domain)._engine(), [], None)


def _values(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
