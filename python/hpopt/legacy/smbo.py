"""BayesOpt: a model of the scores so far chooses each configuration."""

from __future__ import annotations

from typing import Any

from hpopt.legacy.optimizer import HpOpt


class BayesOpt(HpOpt):
    """Trials run to their end, or, with early_stop="median_stop", until their best is worse than
    the median of the others' averages."""

    algorithm = "smbo"

    def _own_keys(self, trial_id: int) -> dict[str, Any]:
        initial = trial_id < self.settings.num_init_trials
        return {"early_stop": None if initial else self.settings.early_stop}

    def _own_settings(self) -> dict[str, Any]:
        return {
            "early_stop": self.settings.early_stop,
            "max_iterations": self.settings.max_iterations,
        }
