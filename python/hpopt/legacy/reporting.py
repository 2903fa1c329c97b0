"""report, reportOOM, finalize_trial: what a training says, from whatever process it runs in.

They find the search by the configuration alone: its `file_path` lies in the folder of the search.
"""

from __future__ import annotations

from typing import Any

from hpopt.errors import InvalidInput
from hpopt.legacy.live import live_of
from hpopt.legacy.relay import relay
from hpopt.legacy.status import Status
from hpopt.scores import as_score


def is_config(value: Any) -> bool:
    """Whether it is what get_next_sample() gave."""
    return isinstance(value, dict) and "file_path" in value and "trial_id" in value


def report(config: dict[str, Any], score: Any, current_iters: float | None = -1) -> Status:
    """The score after one more iteration of the trial.

    Args:
        config: What get_next_sample() gave.
        score: A number, or a tensor or array that holds one. NaN and infinity end the trial.
        current_iters: Batches trained so far (epochs with use_epoch=True); left out, each report
            counts as one of the `iterations`.

    Returns: STOP: end the training now; RUNNING: go on. After the end of the trial: STOP.

    Errors: InvalidInput: no configuration, or no score; StorageError.
    """
    _check(config)
    said = as_score(score)
    helper = relay()
    if helper is not None:
        return Status(helper.call("report", config, said, current_iters))
    live = live_of(config)
    return Status.STOP if live is None else live.report(config, said, current_iters)


def reportOOM(config: dict[str, Any]) -> None:
    """The trial ran out of memory: another is tried in its stead, with a smaller batch.

    Errors: InvalidInput, StorageError.
    """
    _check(config)
    helper = relay()
    if helper is not None:
        helper.call("reportOOM", config)
        return
    live = live_of(config)
    if live is not None:
        live.out_of_memory()


def finalize_trial(config: dict[str, Any]) -> None:
    """The training has ended before its last iteration: what it has reported is its result.

    Errors: InvalidInput, StorageError.
    """
    _check(config)
    helper = relay()
    if helper is not None:
        helper.call("finalize_trial", config)
        return
    live = live_of(config)
    if live is not None:
        live.finalize()


def _check(config: Any) -> None:
    if not is_config(config):
        raise InvalidInput(
            f"a {type(config).__name__} is no configuration",
            "config",
            "give what get_next_sample() returned",
        )
