"""The API of the original hpopt of 2021-22, on the engine and the journal of this one.

Scripts written for it run unchanged: `import hpopt; hpopt.create(...)`. docs/original-api.md lists
what is different on purpose. New programs use `hpopt.Study`.
"""

from __future__ import annotations

from hpopt.legacy.config_file import read_hpo_config
from hpopt.legacy.creation import create, createDummyOpt
from hpopt.legacy.dataset import HpoDataset, createHpoDataset
from hpopt.legacy.dummy import DummyOpt
from hpopt.legacy.files import (
    get_best_score,
    get_best_score_with_num_imgs,
    get_current_status,
    get_previous_status,
    get_status_path,
    get_trial_path,
    get_trial_results,
    load_json,
)
from hpopt.legacy.hyperband import AsyncHyperBand
from hpopt.legacy.optimizer import HpOpt
from hpopt.legacy.reporting import finalize_trial, is_config, report, reportOOM
from hpopt.legacy.smbo import BayesOpt
from hpopt.legacy.space import SearchSpace, search_space
from hpopt.legacy.status import Status

__all__ = [
    "AsyncHyperBand",
    "BayesOpt",
    "DummyOpt",
    "HpOpt",
    "HpoDataset",
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
    "is_config",
    "load_json",
    "read_hpo_config",
    "report",
    "reportOOM",
    "search_space",
]
