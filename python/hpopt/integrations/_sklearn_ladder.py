"""How much of the resource a candidate is given, rung by rung, and what that costs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from hpopt.errors import InvalidInput

_MOST_RUNGS = 3  # below the whole, where their number isn't given


@dataclass(frozen=True)
class Ladder:
    """Rungs from 0 up; each has `factor` times the resource of the one below.

    To the engine the step of a rung is factor ** rung, so that its rungs are these.
    """

    sizes: tuple[int, ...]
    factor: int

    @classmethod
    def to(cls, most: int, factor: int, *, least: int, open_end: bool = False) -> Ladder:
        """The rungs up to `most`, with no less than `least` on the lowest.

        open_end: As many as fit, else three below the whole at most. Errors: InvalidInput.
        """
        if least > most:
            raise InvalidInput(
                f"the least resource of {least} is more than the most, {most}",
                "min_resources",
                'lower it, or say min_resources="auto"',
            )
        rungs = math.floor(math.log(most / least, factor) + 1e-9)
        if not open_end:
            rungs = min(rungs, _MOST_RUNGS)
        return cls(tuple(round(most / factor**down) for down in range(rungs, -1, -1)), factor)

    @property
    def top(self) -> int:
        return len(self.sizes) - 1

    @property
    def full_steps(self) -> int:
        return self.step(self.top)

    def step(self, rung: int) -> int:
        return int(self.factor**rung)

    def rung_at(self, fidelity: float) -> int:
        """The rung that has this share of the whole, in (0, 1]."""
        return self.top - round(math.log(1 / fidelity, self.factor))

    def share(self, rung: int) -> float:
        """Of the whole, in (0, 1]."""
        return self.sizes[rung] / self.sizes[-1]


class Pace:
    """Seconds that an evaluation on a rung takes; what isn't measured yet is scaled up."""

    def __init__(self, ladder: Ladder) -> None:
        self._ladder = ladder
        self._seconds: list[list[float]] = [[] for _ in ladder.sizes]

    def note(self, rung: int, seconds: float) -> None:
        self._seconds[rung].append(seconds)

    def expected(self, rung: int) -> float:
        """What nine in ten take no more than; 0: nothing is known."""
        known = [each for each in range(rung + 1) if self._seconds[each]]
        if not known:
            return 0.0
        nearest = known[-1]
        slow = float(np.quantile(self._seconds[nearest], 0.9))
        if sum(map(len, self._seconds)) == 1:
            return slow  # it loaded and warmed up what only is once: not to be multiplied
        return slow * self._ladder.sizes[rung] / self._ladder.sizes[nearest]
