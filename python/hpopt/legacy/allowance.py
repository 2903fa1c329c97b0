"""Allowance: how much of its trials, or of its time, a search has used."""

from __future__ import annotations

from collections.abc import Set

from hpopt.legacy import plan
from hpopt.legacy.settings import Settings
from hpopt.legacy.status import Status
from hpopt.study import TrialInfo

_STATUS = {
    "complete": Status.STOP,
    "stopped": Status.STOP,
    "failed": Status.STOP,
    "diverged": Status.STOP,
    "running": Status.RUNNING,
    "out_of_memory": Status.CUDAOOM,
}


def status_of(info: TrialInfo) -> Status:
    """READY: it is handed out again, or never was."""
    return _STATUS.get(info.state, Status.READY)


def is_used_up(
    settings: Settings, trials: list[TrialInfo], handed_out: Set[int], wall: float
) -> bool:
    """Whether no further trial is to be handed out.

    Args:
        handed_out: Numbers of trials that this process gave away.
        wall: Seconds that the search has run.
    """
    if not settings.plans_trials:
        taken = sum(_takes_a_place(settings, info, handed_out) for info in trials)
        return taken >= settings.num_trials
    return _is_time_up(settings, trials, wall)


def progress(settings: Settings, trials: list[TrialInfo], wall: float) -> float:
    """From 0 to 1: of the trials, or of the time where their number follows from it."""
    if settings.plans_trials:
        if _is_time_up(settings, trials, wall):
            return 1.0
        return _spent(settings, trials, wall) / settings.expected_time_ratio
    ended = sum(status_of(info) is Status.STOP for info in trials)
    return min(ended / settings.num_trials, 1.0)


def _takes_a_place(settings: Settings, info: TrialInfo, handed_out: Set[int]) -> bool:
    """Not one that is handed out again, nor one that is tried again with a smaller batch."""
    if info.state == "out_of_memory":
        return settings.batch_size_name not in settings.search_space
    return status_of(info) is not Status.READY or info.number in handed_out


def _is_time_up(settings: Settings, trials: list[TrialInfo], wall: float) -> bool:
    """Whether one more trial, as long as those so far, would take it beyond the ratio."""
    used = _spent(settings, trials, wall)
    ended = sum(info.state != "running" for info in trials)
    return used > 0 and ended > 0 and used * (1 + 1 / ended) > settings.expected_time_ratio


def _spent(settings: Settings, trials: list[TrialInfo], wall: float) -> float:
    runs = [(info.seconds, info.reports[-1][0] if info.reports else 0.0) for info in trials]
    return plan.spent(runs, wall, settings.subset_ratio, settings.budget)
