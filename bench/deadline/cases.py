"""The runs: which trainers, how long, with how many workers. The same seed, the same runs."""

import dataclasses
import math
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "hostile"))

import outside  # noqa: E402  (beside the trainers that it watches)

SHORTEST, LONGEST = 2, 20  # seconds
MOST_WORKERS = 4
MOST_KINDS = 3  # mixed in one run
INTERRUPTED = 0.1  # the share of runs that get Ctrl-C


@dataclasses.dataclass(frozen=True)
class Case:
    number: int
    seconds: float
    workers: int
    kinds: tuple
    interrupt_after: float | None


def draw(seed, number):
    rng = random.Random(f"{seed}/{number}")
    seconds = round(math.exp(rng.uniform(math.log(SHORTEST), math.log(LONGEST))), 2)
    return Case(
        number=number,
        seconds=seconds,
        workers=rng.randint(1, MOST_WORKERS),
        kinds=tuple(rng.sample(sorted(outside.kinds()), rng.randint(1, MOST_KINDS))),
        interrupt_after=seconds * rng.uniform(0.2, 0.9) if rng.random() < INTERRUPTED else None,
    )
