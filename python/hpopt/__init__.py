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
from typing import TYPE_CHECKING, Any

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
from hpopt.spaces import Beta, Categorical, Fixed, Float, Int, Normal, Prior
from hpopt.study import Best, Study, Summary, TrialInfo
from hpopt.trial import Trial, Verdict

if TYPE_CHECKING:
    from hpopt.importing import import_study
    from hpopt.legacy import (
        SearchSpace,
        Status,
        create,
        createDummyOpt,
        createHpoDataset,
        finalize_trial,
        get_best_score,
        get_best_score_with_num_imgs,
        get_current_status,
        get_previous_status,
        get_status_path,
        get_trial_path,
        get_trial_results,
        load_json,
        reportOOM,
        search_space,
    )
    from hpopt.script import checkpoint_dir, fidelity, params, report, seed, trial_number

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
    "Prior",
    "SearchSpace",
    "Status",
    "StorageError",
    "Study",
    "Summary",
    "TimeUp",
    "Trial",
    "TrialInfo",
    "Unavailable",
    "Verdict",
    "__version__",
    "checkpoint_dir",
    "create",
    "createDummyOpt",
    "createHpoDataset",
    "fidelity",
    "finalize_trial",
    "get_best_score",
    "get_best_score_with_num_imgs",
    "get_current_status",
    "get_previous_status",
    "get_status_path",
    "get_trial_path",
    "get_trial_results",
    "import_study",
    "load_json",
    "params",
    "report",
    "reportOOM",
    "search_space",
    "seed",
    "trial_number",
]

# Made when they are first asked for.
_SCRIPT = ("checkpoint_dir", "fidelity", "params", "report", "seed", "trial_number")
_ORIGINAL = (
    "SearchSpace",
    "Status",
    "create",
    "createDummyOpt",
    "createHpoDataset",
    "finalize_trial",
    "get_best_score",
    "get_best_score_with_num_imgs",
    "get_current_status",
    "get_previous_status",
    "get_status_path",
    "get_trial_path",
    "get_trial_results",
    "load_json",
    "reportOOM",
    "search_space",
)
_LAZY: dict[str, str] = {
    **dict.fromkeys(_SCRIPT, "hpopt.script"),
    **dict.fromkeys(_ORIGINAL, "hpopt.legacy"),
    "import_study": "hpopt.importing",
}
_MODULES = ("asha", "hyperband", "integrations", "legacy", "smbo")


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"hpopt.{name}")
    module = _LAZY.get(name)
    if module is None:
        raise AttributeError(f"module 'hpopt' has no attribute {name!r}")
    value = getattr(importlib.import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_LAZY, *_MODULES])
