"""SearchSpace: what one hyper-parameter may be, as the original declares it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from numbers import Integral, Real
from typing import Any

from hpopt.spaces import Categorical, Domain, Fixed, Float, Int

_BASE = 2
_NUMBERS_NEEDED = {"uniform": 2, "loguniform": 2, "quniform": 3, "qloguniform": 3}


class SearchSpace:
    """The range of one hyper-parameter.

    Args:
        type: "uniform", "quniform", "loguniform", "qloguniform" or "choice".
        range: uniform: [low, high]; quniform: [low, high, step]; loguniform: [low, high, base];
            qloguniform: [low, high, step, base]; choice: the values. The base is 2 where it is
            left out.

    Quantised values are the multiples of the step from low to high; they are integers when the step
    is one. Errors: TypeError: an unknown type, or a bound that is no number; ValueError: numbers
    are missing, or leave no value.
    """

    def __init__(self, type: str, range: Sequence[Any]) -> None:
        self.type = type
        if type == "choice":
            self.choice_list = list(range)
            self.range: list[Any] = [0, len(self.choice_list)]
            if not self.choice_list:
                raise ValueError("the range of a choice has no values: name at least one")
            return
        needed = _NUMBERS_NEEDED.get(type)
        if needed is None:
            raise TypeError(
                f"{type!r} is an unknown type of search space: say "
                f"{', '.join(_NUMBERS_NEEDED)} or choice"
            )
        self.range = [_number(each, type) for each in range]
        if len(self.range) < needed:
            raise ValueError(
                f"the range of {type} needs {needed} numbers, and is {list(range)}: give the "
                f"bounds{' and the step' if needed == 3 else ''}"
            )
        if len(self.range) == needed:
            self.range.append(_BASE)
        self._check()

    def lower_space(self) -> float:
        """The lower bound; its logarithm where the scale is logarithmic."""
        return self._place(self.range[0])

    def upper_space(self) -> float:
        """The upper bound; its logarithm where the scale is logarithmic."""
        return self._place(self.range[1])

    def space_to_real(self, number: float) -> Any:
        """The value at a place between lower_space() and upper_space()."""
        if self.type == "choice":
            return self.choice_list[min(max(int(number), 0), len(self.choice_list) - 1)]
        if self.type == "uniform":
            return number
        return self.nearest(self._base**number if self._is_log else number)

    def real_to_space(self, number: Any) -> float:
        """The place of a value; of a choice, its index."""
        return self.choice_list.index(number) if self.type == "choice" else self._place(number)

    def domain(self) -> Domain:
        """As the engine knows it."""
        if self.type == "choice":
            return Categorical(self._distinct_choices())
        low, high = self._bounds()
        if low == high:
            return Fixed(low)
        if not self._is_quantised:
            return Float(low, high, log=self._is_log)
        if isinstance(self._step, int):
            return Int(low, high, log=self._is_log, step=self._step)
        return Float(low, high, log=self._is_log, step=self._step)

    def nearest(self, value: Any) -> Any:
        """The value of this range that is nearest. Errors: ValueError: it is none of the choices;
        TypeError: it is no number."""
        if self.type == "choice":
            return self._choice(value)
        low, high = self._bounds()
        clamped = min(max(_number(value, self.type), low), high)
        return self._multiple(clamped, ROUND_HALF_EVEN) if self._is_quantised else float(clamped)

    def holds(self, value: Any) -> bool:
        """Whether it is a value of this range, give or take the last digits of a decimal."""
        try:
            nearest = self.nearest(value)
        except (TypeError, ValueError):
            return False
        return self.type == "choice" or math.isclose(nearest, value, rel_tol=1e-9, abs_tol=1e-12)

    def to_json(self) -> dict[str, Any]:
        """As hpopt_status.json keeps it."""
        return dict(vars(self))

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> SearchSpace:
        """What to_json() gave, or an earlier original wrote."""
        kind = stored["type"] if "type" in stored else stored["_type"]
        numbers = stored["range"] if "range" in stored else stored["_range"]
        return cls(kind, stored.get("choice_list", numbers))

    def narrows(self, other: SearchSpace) -> bool:
        """Whether it is the other one with bounds drawn in, as the original does to a batch size
        that did not fit the memory."""
        if "choice" in (self.type, other.type) or self.type != other.type:
            return False
        return self.range[2:] == other.range[2:] and self.range[1] <= other.range[1]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SearchSpace) and self._content() == other._content()

    def __repr__(self) -> str:
        return f"type: {self.type}, range: {self.range}"

    __hash__ = None  # type: ignore[assignment]  # its lists may change

    @property
    def _is_log(self) -> bool:
        return self.type in ("loguniform", "qloguniform")

    @property
    def _is_quantised(self) -> bool:
        return self.type in ("quniform", "qloguniform")

    @property
    def _step(self) -> Any:
        return self.range[2]

    @property
    def _base(self) -> Any:
        return self.range[3 if self._is_quantised else 2]

    def _place(self, number: Any) -> float:
        return math.log(number, self._base) if self._is_log else number

    def _choice(self, value: Any) -> Any:
        """The caller's own object; 1, 1.0 and True are told apart where all are there."""
        given = _as_json(value)
        for same in (lambda choice: repr(choice) == repr(given), lambda choice: choice == given):
            for choice in self.choice_list:
                if same(_as_json(choice)):
                    return choice
        raise ValueError(f"{value!r} is none of {self.choice_list}")

    def _content(self) -> Any:
        if self.type == "choice":
            return self.type, [_as_json(choice) for choice in self.choice_list]
        return self.type, self.range[: _NUMBERS_NEEDED[self.type]]

    def _check(self) -> None:
        low, high = self.range[:2]
        if low > high:
            raise ValueError(f"the range {self.range[:2]} is empty: give the lower bound first")
        if self._is_log and low <= 0:
            raise ValueError(f"a logarithmic range can't begin at {low}: give a lower bound > 0")
        if self._is_log and (self._base <= 0 or self._base == 1):
            raise ValueError(f"{self._base} is no base of a logarithm: give 2 or 10")
        if not self._is_quantised:
            return
        if self._step <= 0:
            raise ValueError(f"the step is {self._step}: give a number > 0")
        if self._bounds()[0] > self._bounds()[1]:
            raise ValueError(
                f"no multiple of {self._step} lies from {low} to {high}: give a smaller step"
            )

    def _bounds(self) -> tuple[Any, Any]:
        low, high = self.range[:2]
        if not self._is_quantised:
            return low, high
        return self._multiple(low, ROUND_CEILING), self._multiple(high, ROUND_FLOOR)

    def _multiple(self, value: Any, rounding: str) -> Any:
        """In decimals, as a person counts: 3 times 0.1 is 0.3."""
        step = Decimal(repr(self._step))
        count = (Decimal(repr(value)) / step).to_integral_value(rounding)
        return int(count * step) if isinstance(self._step, int) else float(count * step)

    def _distinct_choices(self) -> list[Any]:
        distinct: dict[str, Any] = {}
        for choice in self.choice_list:
            distinct.setdefault(repr(_as_json(choice)), choice)
        return list(distinct.values())


search_space = SearchSpace  # its name in the first version


def _number(value: Any, type: str) -> int | float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"the range of {type} holds {value!r}, which is no number")
    return int(value) if isinstance(value, Integral) else float(value)


def _as_json(value: Any) -> Any:
    """A tuple comes back from a file as a list."""
    return [_as_json(each) for each in value] if isinstance(value, (list, tuple)) else value
