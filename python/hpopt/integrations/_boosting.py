"""What the callbacks of boosting libraries share: a round is a step, its score is said once."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from typing import Any

import hpopt
from hpopt.errors import InvalidInput
from hpopt.trial import current

_TRAINING = {"training", "train"}


class Rounds:
    """Says the score of each boosting round to a trial, or to the `hpopt run` around the script.

    Attributes:
        score: The last one; None before the first round.
        verdict: What the study said last.
    """

    def __init__(
        self,
        trial: hpopt.Trial | None,
        metric: str | None,
        valid: str | None,
        file: str,
        rounds_of: Callable[[str], int],
    ) -> None:
        """`file` is what a checkpoint is called; `rounds_of` counts what a saved model has."""
        self._trial = trial if trial is not None else current()
        self._metric = metric
        self._valid = valid
        self._file = file
        self._rounds_of = rounds_of
        self.score: float | None = None
        self.verdict = hpopt.Verdict.CONTINUE

    @property
    def checkpoint(self) -> str | None:
        """The model with which a trial that was paused goes on; None: it begins anew."""
        path = self._path()
        return path if path is not None and os.path.exists(path) else None

    def left(self, rounds: int) -> int:
        """Of so many rounds of a full training, those that the checkpoint doesn't have yet."""
        path = self.checkpoint
        return rounds if path is None else max(0, rounds - self._rounds_of(path))

    def choose(self, known: Collection[tuple[str, str]]) -> tuple[str, str]:
        """Of (data, metric) that were evaluated, the one to report. Errors: InvalidInput."""
        found = [
            (data, metric)
            for data, metric in known
            if (data == self._valid if self._valid else data not in _TRAINING)
            and self._metric in (None, metric)
        ]
        if len(found) == 1:
            return found[0]
        seen = ", ".join(f"{metric} of {data}" for data, metric in known) or "nothing"
        wanted = f"{self._metric or 'a metric'} of {self._valid or 'a validation set'}"
        raise InvalidInput(
            f"{wanted} is {'ambiguous' if found else 'missing'}: evaluated are {seen}",
            "HpoptCallback",
            "name one by metric= and valid=",
        )

    def check_direction(self, metric: str, higher_is_better: bool | None) -> None:
        """Errors: InvalidInput: the study wants it the other way round."""
        maximize = self._trial.maximize if self._trial is not None else None
        if higher_is_better is None or maximize is None or maximize == higher_is_better:
            return
        better, goal = ("higher", "max") if higher_is_better else ("lower", "min")
        raise InvalidInput(
            f"{metric} is better when {better}, and the study {'max' if maximize else 'min'}imizes",
            "HpoptCallback",
            f'open the study with objectives="{metric}:{goal}"',
        )

    def say(self, step: int, metric: str, score: float, save: Callable[[str], Any] | None) -> bool:
        """Whether training goes on. A trial that is asked to go on later saves its model."""
        self.score = float(score)
        if self._trial is None:
            self.verdict = hpopt.report(step=step, **{metric: self.score})
        else:
            self.verdict = self._trial.report(step, self.score)
        if self.verdict == hpopt.Verdict.CONTINUE:
            return True
        # A script is told to stop also when it is to come back.
        may_return = self._trial is None or self.verdict == hpopt.Verdict.PAUSE
        if may_return and save is not None:
            self._save(save)
        return False

    def _path(self) -> str | None:
        folder = self._trial.checkpoint_dir if self._trial is not None else hpopt.checkpoint_dir()
        return os.path.join(folder, self._file) if folder else None

    def _save(self, save: Callable[[str], Any]) -> None:
        path = self._path()
        if path is None:
            return
        begun, ending = os.path.splitext(path)
        save(f"{begun}.part{ending}")
        os.replace(f"{begun}.part{ending}", path)
