"""Live: a trial that this process reports to, the folder's file and the journal kept in step.

The process that hands a trial out holds its lease; another one finds the study by the folder of the
trial's `file_path` and attaches to the trial.
"""

from __future__ import annotations

import atexit
import itertools
import logging
import math
import os
import threading
from collections.abc import Callable
from typing import Any

from hpopt.errors import Conflict, HpoptError, NotFound
from hpopt.legacy.engine import is_ours, open_study
from hpopt.legacy.files import best_of, get_status_path, load_json, write_json
from hpopt.legacy.relay import is_inherited
from hpopt.legacy.settings import STORED, Settings
from hpopt.legacy.status import Status
from hpopt.study import Study
from hpopt.trial import Trial, Verdict

logger = logging.getLogger("hpopt")

_PATIENCE = 5  # reports without a better score after which a training is taken to have stopped


class Live:
    """Threads may report different trials at the same time; one trial belongs to one of them."""

    def __init__(
        self,
        study: Study,
        trial: Trial,
        settings: Settings,
        config: dict[str, Any],
        *,
        is_ours: bool,
    ) -> None:
        self.trial = trial
        self._is_ours = is_ours
        self.study = study
        self._settings = settings
        self._path = os.path.abspath(config["file_path"])
        self._first_step = settings.first_step(config.get("bracket", 0))
        self._heard: float | None = None  # the last score that the engine knows
        self._over = False

    def begin(self) -> None:
        """The trial's file, without a score."""
        self._write(self._empty(Status.RUNNING))

    def is_of_another_search(self) -> bool:
        """Whether the trial's file is that of a search that has begun in the folder since."""
        if self._is_ours:
            return False
        results = load_json(self._path)
        return isinstance(results, dict) and results.get(STORED, self.study.id) != self.study.id

    def trains(self, config: dict[str, Any]) -> bool:
        """Whether it was handed out with these hyper-parameters."""
        as_given = self._settings.as_given
        return as_given(self.trial.params) == as_given(config["params"])

    def report(self, config: dict[str, Any], score: float, current_iters: float | None) -> Status:
        if self._over:
            return Status.STOP
        results = self._results()
        images = self._images(config, current_iters)
        step = self._step(len(results["scores"]) + 1, images, current_iters)
        if math.isfinite(score):
            results["scores"].append(score)
            results["median"].append(sum(results["scores"]) / len(results["scores"]))
            shown = step * self._settings.images_per_iteration if images is None else images
            results["images"].append(shown)
        verdict = self._hear(step, score, results["scores"])
        if verdict is Verdict.LOST:
            return Status.STOP  # the file is another one's now
        if verdict:
            results["status"] = Status.STOP
        self._write(results)
        return Status.STOP if verdict else Status.RUNNING

    def out_of_memory(self) -> None:
        if self._end(lambda: self.study.fail(self.trial, "CUDA out of memory")):
            self._write(self._empty(Status.CUDAOOM))

    def finalize(self) -> None:
        """Its training has ended, for whatever reason: its scores so far are its result."""
        results = self._results()
        scores = results["scores"]
        if scores:
            ended = self._end(lambda: self.study.tell(self.trial, self._last_heard(scores)))
        else:
            ended = self._end(lambda: self.study.fail(self.trial, "it ended without a score"))
        if not ended:
            return
        results["status"] = Status.STOP
        if self._stands_still(scores):
            results["early_stopped"] = 1
        self._write(results)

    def set_aside(self) -> None:
        """The program lets go of it: a search that resumes hands it out again."""
        if self._is_ours:
            self._end(lambda: self.study.set_aside(self.trial))

    def _end(self, end: Callable[[], None]) -> bool:
        """False: it had ended before, here or elsewhere."""
        if self._over:
            return False
        try:
            end()
        except Conflict:
            return False
        finally:
            self._over = True
        return True

    def _hear(self, step: int, score: float, scores: list[float]) -> Verdict:
        """What comes before the first rung of the trial's bracket is kept back: nobody compares it.
        The rung hears the best of it."""
        if math.isfinite(score):
            if step < self._first_step:
                return Verdict.CONTINUE
            if self._heard is None and self._first_step > 1:
                score = best_of(scores, self._settings.mode) or score
        verdict = self.trial.report(step, score)
        self._heard = score
        if not verdict and step >= self._settings.max_iterations:
            self.study.tell(self.trial, score)
            verdict = Verdict.STOP
        self._over = bool(verdict)
        return verdict

    def _last_heard(self, scores: list[float]) -> float:
        if self._heard is not None:
            return self._heard
        best = best_of(scores, self._settings.mode)
        return scores[-1] if best is None else best

    def _step(self, count: int, images: float | None, current_iters: float | None) -> int:
        """In iterations as `iterations` counts them: passes over the data."""
        if current_iters is None or current_iters < 0:
            return count
        if self._settings.use_epoch or images is None or not self._settings.full_dataset_size:
            return max(1, round(current_iters))
        return max(1, round(images / self._settings.images_per_iteration))

    def _images(self, config: dict[str, Any], current_iters: float | None) -> float | None:
        """Trained so far; None: it can't be told."""
        named = config["params"].get(self._settings.batch_size_name)
        batch = config.get("batch_size") if named is None else named
        if current_iters is None or current_iters < 0 or not isinstance(batch, (int, float)):
            return None
        return current_iters * batch

    def _stands_still(self, scores: list[float]) -> bool:
        """Whether none of the last reports was better than the one before it."""
        sign = 1 if self._settings.mode == "max" else -1
        last = scores[-_PATIENCE - 1 :]
        return len(scores) > _PATIENCE and all(
            sign * after <= sign * before for before, after in itertools.pairwise(last)
        )

    def _results(self) -> dict[str, Any]:
        results = load_json(self._path)
        if isinstance(results, dict) and results.keys() >= _KEYS:
            return results
        return self._rebuilt()

    def _rebuilt(self) -> dict[str, Any]:
        """What the journal knows, where the file was damaged or removed."""
        results = self._empty(Status.RUNNING)
        for step, score in self.study.trials[self.trial.number - 1].reports:
            results["scores"].append(score)
            results["median"].append(sum(results["scores"]) / len(results["scores"]))
            results["images"].append(step * self._settings.images_per_iteration)
        return results

    def _empty(self, status: Status) -> dict[str, Any]:
        return {"status": status, "scores": [], "median": [], "images": [], STORED: self.study.id}

    def _write(self, results: dict[str, Any]) -> None:
        write_json(self._path, results)


_KEYS = {"scores", "median", "images"}


_lock = threading.RLock()
_live: dict[str, Live] = {}  # by the absolute path of the trial's file
_studies: dict[str, Study] = {}  # by the absolute path of the folder, of searches elsewhere


def remember(config: dict[str, Any], live: Live) -> None:
    with _lock:
        _live[os.path.abspath(config["file_path"])] = live


def forget(save_path: str) -> None:
    """Sets aside all trials of the folder, and lets go of its study."""
    folder = os.path.abspath(save_path)
    with _lock:
        for path in [path for path in _live if os.path.dirname(path) == folder]:
            _live.pop(path).set_aside()
        _studies.pop(folder, None)


def live_of(config: dict[str, Any]) -> Live | None:
    """None, with a warning: the trial is over, or nobody knows it."""
    path = os.path.abspath(config["file_path"])
    with _lock:
        known = _live.get(path)
        if known is not None and not known.is_of_another_search():
            return known
        try:
            live = _attached(config, os.path.dirname(path))
            if known is not None and not live.trains(config):
                raise Conflict("its search was begun anew", path)
        except HpoptError as error:
            logger.warning("trial %s is not heard any more: %s", config["trial_id"], error)
            return None
        _live[path] = live
        return live


def _attached(config: dict[str, Any], folder: str) -> Live:
    status = load_json(get_status_path(folder))
    if not is_ours(status):
        raise NotFound("no search is here", folder, "call hpopt.create() first")
    settings = Settings.from_status(status, folder)
    study = _studies.get(folder)
    if study is None or study.id != status[STORED]["study"]:
        study = _studies[folder] = open_study(settings)
    return Live(study, study.attach(config["trial_id"] + 1), settings, config, is_ours=False)


@atexit.register
def _let_go() -> None:
    if is_inherited():
        return
    for live in _live.values():
        live.set_aside()
    _live.clear()
    _studies.clear()
