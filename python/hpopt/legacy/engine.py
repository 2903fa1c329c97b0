"""The study that stands behind a folder of the original's files."""

from __future__ import annotations

import os
from typing import Any

from hpopt.legacy.relay import mark_open
from hpopt.legacy.settings import STORED, Settings
from hpopt.study import Study

_NAME = "hpo"


def open_study(settings: Settings, existing: str = "go_on") -> Study:
    """Errors: as Study.open."""
    mark_open()
    return Study.open(
        _NAME,
        storage=os.path.join(os.path.abspath(settings.save_path), ".hpopt"),
        objectives=f"{settings.metric}:{settings.mode}",
        space={name: each.domain() for name, each in settings.search_space.items()},
        full_steps=settings.max_iterations,
        existing=existing,
        sampler="bayes",
        early_stop=_early_stop(settings),
        min_steps=settings.min_iterations if settings.algorithm == "asha" else None,
        reduction_factor=settings.reduction_factor if settings.algorithm == "asha" else None,
        batch_size=_batch_size(settings),
        resumable=False,
    )


def is_ours(status: Any) -> bool:
    """Whether hpopt_status.json shows a journal, and was not written by the original."""
    return isinstance(status, dict) and STORED in status


def _early_stop(settings: Settings) -> str:
    if settings.algorithm == "asha":
        return "hyperband"
    return "median" if settings.early_stop else "none"


def _batch_size(settings: Settings) -> str | None:
    name = settings.batch_size_name
    return name if name in settings.search_space else None
