"""A `param_distributions` of scikit-learn as a declared space, and the way back."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hpopt import spaces
from hpopt.errors import InvalidInput
from hpopt.spaces import Beta, Categorical, Domain, Float, Int, Normal

_SUBSPACE = "subspace"  # which of several mappings a candidate is of
_CENTRE = 0.999  # of a distribution, what is drawn from: as of hpopt.Normal

Decode = Callable[[Any], Any]


class SearchSpace:
    """What is searched.

    Attributes:
        domains: A domain a parameter. Of several mappings each parameter's name begins with the
            mapping's number, and it is there only where that mapping was chosen.
    """

    def __init__(self, distributions: Any) -> None:
        """Errors: InvalidInput that names the parameter."""
        self.domains: dict[str, Domain] = {}
        self._decode: dict[str, tuple[str, Decode]] = {}
        if isinstance(distributions, Mapping):
            self._add(distributions, "", {})
            return
        mappings = _mappings(distributions)
        self.domains[_SUBSPACE] = Categorical(range(len(mappings)))
        for index, mapping in enumerate(mappings):
            self._add(mapping, f"{index}.", {_SUBSPACE: index})

    @property
    def names(self) -> set[str]:
        """The estimator's parameters that vary."""
        return {name for name, _ in self._decode.values()}

    def params(self, chosen: Mapping[str, Any]) -> dict[str, Any]:
        """What the estimator is set to."""
        found = {}
        for key, value in chosen.items():
            if key in self._decode:
                name, decode = self._decode[key]
                found[name] = decode(value)
        return found

    def _add(self, mapping: Mapping[str, Any], prefix: str, when: dict[str, Any]) -> None:
        for name, given in mapping.items():
            domain, decode = _parameter(name, given)
            conditions = {prefix + parent: values for parent, values in domain.when.items()}
            self.domains[prefix + name] = dataclasses.replace(domain, when=conditions | when)
            self._decode[prefix + name] = (name, decode)


def _mappings(distributions: Any) -> list[Mapping[str, Any]]:
    if isinstance(distributions, Sequence) and not isinstance(distributions, str):
        found = list(distributions)
        if found and all(isinstance(each, Mapping) for each in found):
            return found
    raise InvalidInput(
        f"a {type(distributions).__name__} is no space",
        "param_distributions",
        "give a mapping of names to distributions or lists, or a list of mappings",
    )


def _parameter(name: str, given: Any) -> tuple[Domain, Decode]:
    if not isinstance(name, str):
        raise InvalidInput(f"{name!r} is no name", "param_distributions", "give a string")
    if isinstance(given, Domain):
        return given, _itself
    if isinstance(given, str) and given.startswith("~"):
        return spaces.from_engine(spaces.to_engine({name: given}))[name], _itself
    if hasattr(given, "rvs"):
        return _distribution(name, given)
    if hasattr(given, "__len__") and hasattr(given, "__getitem__") and not isinstance(given, str):
        return _choices(name, list(given))
    raise InvalidInput(
        f"{given!r} is no distribution",
        name,
        "give a list, a distribution of scipy.stats, a domain of hpopt or a mark as ~log(1e-5,1)",
    )


def _itself(value: Any) -> Any:
    return value


def _choices(name: str, given: list[Any]) -> tuple[Domain, Decode]:
    """Any objects: the engine knows them by labels. What is there twice has twice the weight."""
    if not given:
        raise InvalidInput("there is nothing to choose from", name, "give at least one value")
    objects: dict[tuple[type, Any], Any] = {}
    weights: dict[tuple[type, Any], float] = {}
    for each in given:
        label = _label(each)
        key = (type(label), label)
        objects.setdefault(key, each)
        weights[key] = weights.get(key, 0) + 1
    labels = [label for _, label in objects]
    even = len(labels) == len(given)
    return (
        Categorical(labels, None if even else list(weights.values())),
        lambda label: objects[type(label), label],
    )


def _label(value: Any) -> Any:
    plain = value.item() if hasattr(value, "item") and not getattr(value, "shape", ()) else value
    if plain is None or isinstance(plain, (bool, str)):
        return plain
    if isinstance(plain, int) and -(2**63) <= plain < 2**63:
        return plain
    if isinstance(plain, float) and math.isfinite(plain):
        return plain
    return repr(value)


def _distribution(name: str, frozen: Any) -> tuple[Domain, Decode]:
    """Where we have the same domain, that; else the quantile function over [0, 1]."""
    family = getattr(getattr(frozen, "dist", None), "name", None)
    if family is None or not hasattr(frozen, "ppf"):
        raise InvalidInput(
            f"a {type(frozen).__name__} can draw, but has no quantile function",
            name,
            "give a frozen distribution of scipy.stats, a list or a domain of hpopt",
        )
    shapes, loc, scale = frozen.dist._parse_args(*frozen.args, **frozen.kwds)
    exact = _exact(family, [*shapes], loc, scale)
    if exact is not None:
        return exact, _itself
    tail = (1 - _CENTRE) / 2
    kind = int if hasattr(frozen, "pmf") else float
    return Float(tail, 1 - tail), lambda share: kind(frozen.ppf(share))


def _exact(family: str, shapes: list[Any], loc: Any, scale: Any) -> Domain | None:
    match family, shapes:
        case "uniform", []:
            return Float(float(loc), float(loc + scale))
        case (("loguniform" | "reciprocal"), [low, high]) if loc == 0:
            return Float(float(low * scale), float(high * scale), log=True)
        case "randint", [low, high]:
            return Int(int(low + loc), int(high + loc) - 1)
        case "norm", []:
            return Normal(float(loc), float(scale))
        case "lognorm", [shape] if loc == 0:
            return Normal(math.log(scale), float(shape), log=True)
        case "beta", [a, b] if loc == 0 and scale == 1:
            return Beta(float(a), float(b))
    return None
