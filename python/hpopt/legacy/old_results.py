"""Old results: the trials of a search that the original itself began, told to a study."""

from __future__ import annotations

import logging
from typing import Any

from hpopt.errors import Exhausted
from hpopt.legacy.files import best_of, get_trial_results
from hpopt.legacy.settings import Settings
from hpopt.legacy.status import Status
from hpopt.study import Study
from hpopt.trial import Trial

logger = logging.getLogger("hpopt")


def take_in(study: Study, settings: Settings, entries: list[dict[str, Any]]) -> None:
    """Each entry becomes the trial of its number, with its best score at the step that it came to.
    Those without a result are the next to be asked for.

    Errors: StorageError.
    """
    unfinished: list[Trial] = []
    for trial_id, entry in enumerate(entries):
        try:
            trial = _trial_of(study, settings, trial_id, entry)
        except Exhausted as error:
            logger.warning("trial %s and all after it are left out: %s", trial_id, error)
            break
        if trial is None:
            continue
        score = best_of([entry.get("score")], settings.mode)
        if entry.get("status") != Status.STOP:
            unfinished.append(trial)
        elif score is None:
            study.leave(trial, None)
        elif not trial.report(_last_step(settings, trial_id), score):
            study.tell(trial, score)
    for trial in unfinished:
        study.set_aside(trial)


def _trial_of(
    study: Study, settings: Settings, trial_id: int, entry: dict[str, Any]
) -> Trial | None:
    """None, with a warning: the configuration does not fit the space, or was there before. Its
    number is used up all the same, so that the numbers of the others stay."""
    config = entry.get("config", {})
    spaces = settings.search_space
    fits = all(name in config and spaces[name].holds(config[name]) for name in spaces)
    params = settings.as_given(config) if fits else {}
    if fits:
        study.enqueue(params)
    trial = study.ask()
    if fits and settings.as_given(trial.params) == params:
        return trial
    logger.warning("trial %s is left out: %s", trial_id, "a repeat" if fits else "another space")
    study.leave(trial, None)
    return None


def _last_step(settings: Settings, trial_id: int) -> int:
    """In iterations, of which every report of the original is one, unless it counted images."""
    results = get_trial_results(settings.save_path, trial_id) or {}
    reports = len(results.get("scores", ()))
    images = results.get("images") or ()
    if images and images[-1] > 0 and settings.full_dataset_size:
        reports = round(images[-1] / settings.images_per_iteration)
    return min(max(reports, 1), settings.max_iterations)
