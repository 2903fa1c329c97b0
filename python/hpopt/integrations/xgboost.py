"""HpoptCallback: XGBoost's boosting rounds as the steps of a trial.

::

    from hpopt.integrations.xgboost import HpoptCallback

    def objective(trial):
        eta = trial.suggest_float("eta", 0.01, 1, log=True)
        callback = HpoptCallback(trial, metric="logloss")
        xgb.train(
            {"objective": "binary:logistic", "eta": eta},
            train,
            num_boost_round=callback.rounds_left(500),
            evals=[(valid, "valid")],
            callbacks=[callback],
            xgb_model=callback.xgb_model,
        )
        return callback.score

A trial that is stopped or paused trains no further. A script for `hpopt run` gives no trial,
`HpoptCallback(metric="auc")`, and still runs by itself as well.
"""

from __future__ import annotations

from typing import Any

from xgboost import Booster
from xgboost.callback import TrainingCallback

import hpopt
from hpopt.integrations._boosting import Rounds

__all__ = ["HpoptCallback"]

# XGBoost's own metrics, "@" and what follows left out. Of others nobody knows which way is better.
_HIGHER = {"auc", "aucpr", "interval-regression-accuracy", "map", "ndcg", "pre"}
_LOWER = {
    "aft-nloglik",
    "cox-nloglik",
    "error",
    "gamma-deviance",
    "gamma-nloglik",
    "logloss",
    "mae",
    "mape",
    "merror",
    "mlogloss",
    "mphe",
    "poisson-nloglik",
    "quantile",
    "rmse",
    "rmsle",
    "tweedie-nloglik",
}


class HpoptCallback(TrainingCallback):
    """Reports a metric after each boosting round, and ends the training when it is told to.

    For `xgboost.train`, `xgboost.cv` (the mean over the folds) and the scikit-learn estimators'
    `callbacks=[...]`.

    Args:
        trial: Of `Study.ask` or `Study.optimize`; None: the one that the code runs in, if any.
        metric: As XGBoost calls it ("logloss", "auc"); None: the only one there is.
        valid: The name of the validation set, as in `evals`; None: the only one there is.

    Errors, in training: InvalidInput: no such metric, or the study wants it the other way round.
    """

    def __init__(
        self,
        trial: hpopt.Trial | None = None,
        metric: str | None = None,
        valid: str | None = None,
    ) -> None:
        super().__init__()
        self._rounds = Rounds(trial, metric, valid, "model.ubj", _rounds_of)
        self._chosen: tuple[str, str] | None = None

    @property
    def score(self) -> float | None:
        """After the last round; None before the first."""
        return self._rounds.score

    @property
    def verdict(self) -> hpopt.Verdict:
        """What the study said last."""
        return self._rounds.verdict

    @property
    def xgb_model(self) -> str | None:
        """What a trial that was paused goes on from, for `train(xgb_model=...)`; None: nothing."""
        return self._rounds.checkpoint

    def rounds_left(self, full: int) -> int:
        """Of a full training of so many rounds, those that `xgb_model` doesn't have yet."""
        return self._rounds.left(full)

    def after_iteration(self, model: Any, epoch: int, evals_log: dict[str, Any]) -> bool:
        """Whether to stop."""
        if self._chosen is None:
            self._chosen = self._rounds.choose(
                [(data, metric) for data, metrics in evals_log.items() for metric in metrics]
            )
            self._rounds.check_direction(self._chosen[1], _higher_is_better(self._chosen[1]))
        data, metric = self._chosen
        last = evals_log[data][metric][-1]
        score = last[0] if isinstance(last, tuple) else last  # cv: mean and deviation
        save = model.save_model if isinstance(model, Booster) else None  # cv: no one model
        return not self._rounds.say(model.num_boosted_rounds(), metric, float(score), save)


def _rounds_of(path: str) -> int:
    return int(Booster(model_file=path).num_boosted_rounds())


def _higher_is_better(metric: str) -> bool | None:
    name = metric.partition("@")[0]
    return True if name in _HIGHER else False if name in _LOWER else None
