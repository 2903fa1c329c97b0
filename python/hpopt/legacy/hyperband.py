"""AsyncHyperBand: successive halving, in brackets that begin at a higher rung each."""

from __future__ import annotations

from typing import Any

from hpopt.legacy.optimizer import Defaults, HpOpt
from hpopt.legacy.rungs import brackets, ladder, trials_in_brackets
from hpopt.legacy.settings import Settings
from hpopt.legacy.status import Status
from hpopt.study import TrialInfo


class AsyncHyperBand(HpOpt):
    """A trial goes on from a rung while it is among the best 1/reduction_factor there."""

    algorithm = "asha"

    def __init__(
        self, settings: Settings, *, resume: bool = False, defaults: Defaults = None
    ) -> None:
        self._sequence = brackets(settings.reduction_factor, settings.num_brackets)
        self._brackets: list[int] = []
        super().__init__(settings, resume=resume, defaults=defaults)

    @property
    def rungs_in_brackets(self) -> list[list[float]]:
        """Of each bracket, the highest first: in images, or in iterations where the size of the
        data set is not given."""
        return self.settings.rungs_in_brackets

    @staticmethod
    def get_rungs(min_t: float, max_t: float, rf: int, s: int) -> list[float]:
        """min_t rf^s, min_t rf^(s + 1), ... up to max_t; the highest first."""
        return ladder(min_t, max_t, rf, s)

    @staticmethod
    def get_num_trials_in_brackets(reduction_factor: int, num_brackets: int) -> list[int]:
        """How many trials of a round begin in each bracket."""
        return trials_in_brackets(reduction_factor, num_brackets)

    def _bracket(self, trial_id: int) -> int:
        while len(self._brackets) <= trial_id:
            self._brackets.append(next(self._sequence))
        return self._brackets[trial_id]

    def _own_keys(self, trial_id: int) -> dict[str, Any]:
        bracket = self._bracket(trial_id)
        return {
            "bracket": bracket,
            "rungs": self.rungs_in_brackets[bracket],
            "dataset_size": self.settings.full_dataset_size,
            "iteration_limit": self.settings.iteration_limit,
            "batch_size_param_name": self.settings.batch_size_name,
        }

    def _own_settings(self) -> dict[str, Any]:
        return {"reduction_factor": self.settings.reduction_factor}

    def _made_entry(self, info: TrialInfo, status: Status) -> dict[str, Any]:
        return {**super()._made_entry(info, status), "bracket": self._bracket(info.number - 1)}
