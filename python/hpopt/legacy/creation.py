"""create(): begins or resumes a search."""

from __future__ import annotations

import difflib
import inspect
import os
import warnings
from collections.abc import Sequence
from typing import Any

from hpopt.legacy.dummy import DummyOpt
from hpopt.legacy.hyperband import AsyncHyperBand
from hpopt.legacy.optimizer import Defaults
from hpopt.legacy.resume import earlier_status, settled_before
from hpopt.legacy.settings import checked
from hpopt.legacy.smbo import BayesOpt
from hpopt.legacy.space import SearchSpace


def create(
    full_dataset_size: int = 0,
    num_full_iterations: int = 1,
    search_space: dict[str, SearchSpace] | None = None,
    save_path: str | os.PathLike[str] = "hpo",
    search_alg: str = "bayes_opt",
    early_stop: str | bool | None = None,
    mode: str = "max",
    num_init_trials: int = 5,
    num_trials: int | None = None,
    max_iterations: int | None = None,
    min_iterations: int | None = None,
    reduction_factor: int = 2,
    num_brackets: int | None = None,
    subset_ratio: float | None = None,
    batch_size_name: str | None = None,
    image_resize: Sequence[int] = (0, 0),
    metric: str = "mAP",
    resume: bool = False,
    expected_time_ratio: float = 4,
    non_pure_train_ratio: float = 0.2,
    num_workers: int = 1,
    kappa: float = 2.576,
    kappa_decay: float = 1,
    kappa_decay_delay: int = 0,
    default_hyper_parameters: Defaults = None,
    use_epoch: bool = False,
    **unknown: Any,
) -> BayesOpt | AsyncHyperBand | None:
    """A search in the folder `save_path`; None without a search space.

    Args:
        full_dataset_size: Samples of the training data; 0: not known, and all are used.
        num_full_iterations: Of the training that follows the search.
        search_space: Hyper-parameters and what each may be.
        save_path: Where the journal and the files are; made where it is missing.
        search_alg: "bayes_opt" or "asha".
        early_stop: Of bayes_opt: "median_stop" or None.
        mode: "max" or "min": which score is better.
        num_init_trials: Of bayes_opt: get_next_samples() gives so many at once.
        num_trials: How many to hand out; None: until `expected_time_ratio` is used up.
        max_iterations: The length of a trial; None: what the time allows.
        min_iterations: Of asha: the first rung; default 1.
        reduction_factor: Of asha: one in so many goes on from a rung; at least 2.
        num_brackets: Of asha: ladders that begin at a higher rung each.
        subset_ratio: The share of the data that a trial is to use; None: what the time allows.
        batch_size_name: The hyper-parameter to shrink when a trial runs out of memory.
        image_resize: [width, height] that a trial is to use; 0: as they are.
        metric: The name of the score.
        resume: Goes on with the search in `save_path`; else starts over.
        expected_time_ratio: How many full trainings the search may take, as a whole.
        non_pure_train_ratio: The share of an iteration's time that is not training.
        num_workers: How many trials run at a time.
        kappa, kappa_decay, kappa_decay_delay: Taken, and not needed: the model weighs the unknown
            by itself.
        default_hyper_parameters: Tried first.
        use_epoch: `current_iters` of report() counts epochs, not batches.
        unknown: Whatever else: a warning.

    Errors: TypeError, ValueError: a wrong argument, or resume=True with settings that have changed,
    which the message shows; Busy: another process runs a search in this folder; StorageError.
    """
    _warn_of(unknown)
    if search_space is None:
        return None
    arguments = {name: value for name, value in locals().items() if name != "unknown"}
    status = earlier_status(os.fsdecode(save_path)) if resume else None
    settings = checked(arguments, settled_before(status) if status else None)
    os.makedirs(settings.save_path, exist_ok=True)
    kind = AsyncHyperBand if settings.algorithm == "asha" else BayesOpt
    return kind(settings, resume=resume, defaults=default_hyper_parameters)


def createDummyOpt(
    search_alg: str | None = None,
    save_path: str | None = None,
    search_space: dict[str, SearchSpace] | None = None,
    resume: bool = False,
    **unused: Any,
) -> DummyOpt | None:
    """A search that hands out nothing; None without a folder."""
    return None if save_path is None else DummyOpt(save_path, search_space, resume)


def _warn_of(unknown: dict[str, Any]) -> None:
    known = list(inspect.signature(create).parameters)
    for name in unknown:
        near = difflib.get_close_matches(name, known, 1)
        hint = f": did you mean {near[0]}?" if near else ""
        warnings.warn(f"hpopt.create() has no argument {name}, and ignores it{hint}", stacklevel=3)
