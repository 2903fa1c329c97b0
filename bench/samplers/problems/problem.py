"""One problem: a space, and a score to be minimized."""

import dataclasses
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Problem:
    """`truth(config)` is what an answer is judged by.

    `observe(config, random)`, where there is noise, is what the optimizer is told. `best()` is the
    lowest truth, where it is known.
    """

    name: str
    family: str
    space: list
    truth: Callable
    observe: Callable | None = None
    best: Callable | None = None

    def told(self, config, random):
        return self.observe(config, random) if self.observe else self.truth(config)
