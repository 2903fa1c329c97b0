"""hpopt: the best hyper-parameters that a given time can buy.

::

    import hpopt

    def objective(trial):
        lr = trial.suggest_float("lr", 1e-5, 1, log=True)
        for epoch in trial.steps(20):
            score = train(lr, epoch)
            if trial.report(epoch, score):
                break
        return score

    study = hpopt.Study.open("digits", objectives="val_acc:max", time="30m")
    print(study.optimize(objective).full())

In a script that `hpopt run` starts: `hpopt.params()`, `hpopt.report(step=..., val_acc=...)`.
"""

from __future__ import annotations

import importlib
from typing import Any

from hpopt._engine import version as __version__
from hpopt.errors import (
    Busy,
    Conflict,
    Exhausted,
    HpoptError,
    InternalError,
    InvalidInput,
    NotFound,
    StorageError,
    TimeUp,
    Unavailable,
)
from hpopt.spaces import Beta, Categorical, Fixed, Float, Int, Normal
from hpopt.study import Best, Study, Summary, TrialInfo
from hpopt.trial import Trial, Verdict

__all__ = [
    "Best",
    "Beta",
    "Busy",
    "Categorical",
    "Conflict",
    "Exhausted",
    "Fixed",
    "Float",
    "HpoptError",
    "Int",
    "InternalError",
    "InvalidInput",
    "Normal",
    "NotFound",
    "StorageError",
    "Study",
    "Summary",
    "TimeUp",
    "Trial",
    "TrialInfo",
    "Unavailable",
    "Verdict",
    "__version__",
]

# Made when they are first asked for.
_LAZY: dict[str, str] = {}


def __getattr__(name: str) -> Any:
    module = _LAZY.get(name)
    if module is None:
        raise AttributeError(f"module 'hpopt' has no attribute {name!r}")
    value = getattr(importlib.import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_LAZY])
