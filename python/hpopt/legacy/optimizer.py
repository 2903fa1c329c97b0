"""HpOpt: a search as the original's scripts drive it, on a study of the engine.

    hpo = hpopt.create(full_dataset_size=5000, num_full_iterations=20, search_space=space)
    while (config := hpo.get_next_sample()) is not None:
        train(config)  # calls hpopt.report(config, score) here or in any other process
    best = hpo.get_best_config()

The journal holds what is known; `hpo_status` and the files show it.
"""

from __future__ import annotations

import dataclasses
import logging
import os
import weakref
from collections.abc import Iterable
from typing import Any, ClassVar

from hpopt.errors import Conflict, Exhausted, TimeUp
from hpopt.legacy import allowance, files, old_results
from hpopt.legacy.engine import is_ours, open_study
from hpopt.legacy.files import get_status_path, get_trial_path
from hpopt.legacy.live import Live, forget, remember
from hpopt.legacy.resume import check_unchanged, earlier_status, narrowed
from hpopt.legacy.settings import STORED, Settings
from hpopt.legacy.space import SearchSpace
from hpopt.legacy.status import Status
from hpopt.study import Study, TrialInfo
from hpopt.trial import Trial

logger = logging.getLogger("hpopt")

Defaults = dict[str, Any] | list[dict[str, Any]] | None


class HpOpt:
    """What both kinds of search share. Made by hpopt.create()."""

    algorithm: ClassVar[str]

    def __init__(
        self, settings: Settings, *, resume: bool = False, defaults: Defaults = None
    ) -> None:
        status = earlier_status(settings.save_path) if resume else None
        if status is not None:
            check_unchanged(status, settings)
            settings = dataclasses.replace(settings, search_space=narrowed(status, settings))
        self._status_path = os.path.abspath(get_status_path(settings.save_path))
        _take_over(settings.save_path, self)
        if status is None:
            files.remove_files(settings.save_path)
        self.settings = settings
        self.hpo_status: dict[str, Any] = {}
        self._best_trial: int | None = (status or {}).get("best_config_id")
        self._handed_out: set[int] = set()
        self._ended: dict[int, dict[str, Any]] = {}  # entries that change no more
        self._study: Study | None = open_study(settings, "go_on" if _was_begun(status) else "fresh")
        if status is not None and not is_ours(status):
            old_results.take_in(self.study, settings, status.get("config_list", []))
        self._queue(defaults)
        self.update_scores()

    def get_next_sample(self) -> dict[str, Any] | None:
        """What to train next; None: all trials were handed out, the time is used up, or nothing
        that is new is left of the space.

        A trial whose training was lost with its process is handed out again under its number by
        the next search that resumes this one.
        """
        trial = self._next_trial()
        if trial is None:
            self.update_scores()
            return None
        self._handed_out.add(trial.number)
        self._best_trial = None
        config = self._config(trial)
        live = Live(self.study, trial, self.settings, config, is_ours=True)
        live.begin()
        remember(config, live)
        self.update_scores()
        return config

    def get_next_samples(self, num_expected_samples: int = 0) -> list[dict[str, Any]]:
        """What is left of the initial trials, at once; then one at a time; [] at the end."""
        begun = sum(allowance.status_of(info) is not Status.READY for info in self.study.trials)
        count = max(1, self.settings.num_init_trials - begun)
        found: list[dict[str, Any]] = []
        while len(found) < count and (config := self.get_next_sample()) is not None:
            found.append(config)
        return found

    def update_scores(self) -> None:
        """Brings `hpo_status` and hpopt_status.json up to date with what all processes reported."""
        self.hpo_status = self._status(self.study.trials)
        self.save_results()

    def save_results(self) -> None:
        """hpopt_status.json as `hpo_status` is."""
        files.write_json(self._status_path, self.hpo_status)

    def get_best_config(self) -> dict[str, Any] | None:
        """The hyper-parameters of the best trial that has ended; None: none has a score."""
        self.update_scores()
        entries = self.hpo_status["config_list"]
        scored = {each["trial_id"]: each["score"] for each in entries if each["score"] is not None}
        if not scored:
            return None
        choose = min if self.mode == "min" else max
        self._best_trial = choose(scored, key=scored.__getitem__)
        self.hpo_status["best_config_id"] = self._best_trial
        self.save_results()
        return dict(entries[self._best_trial]["config"])

    def get_progress(self) -> float:
        """From 0 to 1: of the trials, or of the time where their number follows from it."""
        return allowance.progress(self.settings, self.study.trials, self.study.summary().seconds)

    def print_results(self) -> None:
        """A table of all trials; "-" where one has no score."""
        names = list(self.search_space)
        rows = [["#", *names, "score"]]
        for entry in self.hpo_status["config_list"]:
            values = [str(entry["config"].get(name, "-")) for name in names]
            score = "-" if entry["score"] is None else str(entry["score"])
            rows.append([str(entry["trial_id"] + 1), *values, score])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = [f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)]
            print("|", " | ".join(cells), "|")

    @property
    def study(self) -> Study:
        """The study behind it. Errors: Conflict: create() was called again for its folder."""
        if self._study is None:
            raise Conflict(
                "another search has begun in its folder",
                self.save_path,
                "use what create() gave last",
            )
        return self._study

    def let_go(self) -> None:
        """Of the study: another search goes on with it, or begins anew."""
        self._study = None

    @property
    def save_path(self) -> str:
        return self.settings.save_path

    @property
    def search_space(self) -> dict[str, SearchSpace]:
        return self.settings.search_space

    @property
    def mode(self) -> str:
        return self.settings.mode

    @property
    def metric(self) -> str:
        return self.settings.metric

    @property
    def num_trials(self) -> int:
        """As given; a forecast where it was left out."""
        return self.settings.num_trials

    @property
    def num_init_trials(self) -> int:
        return self.settings.num_init_trials

    @property
    def max_iterations(self) -> int:
        return self.settings.max_iterations

    @property
    def subset_ratio(self) -> float:
        return self.settings.subset_ratio

    def _next_trial(self) -> Trial | None:
        wall = self.study.summary().seconds
        if allowance.is_used_up(self.settings, self.study.trials, self._handed_out, wall):
            return None
        try:
            return self.study.ask()
        except (Exhausted, TimeUp) as error:
            logger.warning("no further sample: %s", error)
            return None

    def _config(self, trial: Trial) -> dict[str, Any]:
        trial_id = trial.number - 1
        width, height = self.settings.image_resize
        config = {
            "params": self.settings.as_given(trial.params),
            "iterations": self.max_iterations,
            "trial_id": trial_id,
            "file_path": get_trial_path(self.save_path, trial_id),
            "subset_ratio": self.subset_ratio,
            "resize_width": width,
            "resize_height": height,
            "mode": self.mode,
        }
        return {**config, **self._own_keys(trial_id)}

    def _own_keys(self, trial_id: int) -> dict[str, Any]:
        raise NotImplementedError

    def _queue(self, defaults: Defaults) -> None:
        """Tried first, each once."""
        wanted = [defaults] if isinstance(defaults, dict) else list(defaults or ())
        trials = [info for info in self.study.trials if info.state != "cancelled"]
        known = [self.settings.as_given(info.params) for info in trials]
        for given in wanted:
            for name in given.keys() - self.search_space.keys():
                logger.warning("default_hyper_parameters: %r is not searched for", name)
            try:
                params = self.settings.as_given(given)
            except (TypeError, ValueError) as error:
                raise type(error)(f"default_hyper_parameters: {error}") from None
            if params and not any(params.items() <= each.items() for each in known):
                self.study.enqueue(params)
                known.append(params)

    def _status(self, trials: Iterable[TrialInfo]) -> dict[str, Any]:
        entries = [self._entry(info) for info in trials]
        status: dict[str, Any] = {
            "search_algorithm": self.algorithm,
            "search_space": {name: each.to_json() for name, each in self.search_space.items()},
            "metric": self.metric,
            "subset_ratio": self.subset_ratio,
            "image_resize": list(self.settings.image_resize),
            "full_dataset_size": self.settings.full_dataset_size,
            **self._own_settings(),
            "config_list": entries,
            "num_gen_config": sum(entry["status"] != Status.READY for entry in entries),
            STORED: {"study": self.study.id, **self.settings.to_json()},
        }
        if self._best_trial is not None:
            status["best_config_id"] = self._best_trial
        return status

    def _own_settings(self) -> dict[str, Any]:
        raise NotImplementedError

    def _entry(self, info: TrialInfo) -> dict[str, Any]:
        status = allowance.status_of(info)
        if status is Status.RUNNING or status is Status.READY:
            return self._made_entry(info, status)
        if info.number not in self._ended:
            self._ended[info.number] = self._made_entry(info, status)
        return dict(self._ended[info.number])

    def _made_entry(self, info: TrialInfo, status: Status) -> dict[str, Any]:
        return {
            "trial_id": info.number - 1,
            "config": self.settings.as_given(info.params),
            "status": status,
            "score": info.score if status is Status.STOP else None,
        }


def _was_begun(status: Any) -> bool:
    """A search that has not handed out a trial yet has no study."""
    return is_ours(status) and bool(status[STORED].get("study"))


_open: weakref.WeakValueDictionary[str, HpOpt] = weakref.WeakValueDictionary()


def _take_over(save_path: str, search: HpOpt) -> None:
    """A folder has one search a process: the one before lets go of its study."""
    folder = os.path.abspath(save_path)
    forget(folder)
    before = _open.get(folder)
    if before is not None:
        before.let_go()
    _open[folder] = search
