"""HpoptCallback: LightGBM's boosting rounds as the steps of a trial.

::

    from hpopt.integrations.lightgbm import HpoptCallback

    def objective(trial):
        rate = trial.suggest_float("learning_rate", 0.01, 1, log=True)
        callback = HpoptCallback(trial, metric="binary_logloss")
        lgb.train(
            {"objective": "binary", "learning_rate": rate},
            train,
            num_boost_round=callback.rounds_left(500),
            valid_sets=[valid],
            callbacks=[callback],
            init_model=callback.init_model,
        )
        return callback.score

A trial that is stopped or paused trains no further. A script for `hpopt run` gives no trial,
`HpoptCallback(metric="auc")`, and still runs by itself as well.
"""

from __future__ import annotations

from typing import Any

from lightgbm import Booster
from lightgbm.callback import CallbackEnv, EarlyStopException

import hpopt
from hpopt.integrations._boosting import Rounds

__all__ = ["HpoptCallback"]


class HpoptCallback:
    """Reports a metric after each boosting round, and ends the training when it is told to.

    For `lightgbm.train`, `lightgbm.cv` (the mean over the folds) and the scikit-learn estimators'
    `fit(callbacks=[...])`.

    Args:
        trial: Of `Study.ask` or `Study.optimize`; None: the one that the code runs in, if any.
        metric: As LightGBM calls it ("binary_logloss", "auc"); None: the only one there is.
        valid: The name of the validation set ("valid_0"); None: the only one there is.

    Errors, in training: InvalidInput: no such metric, or the study wants it the other way round.
    """

    order = 25  # before early_stopping, which may end the round
    before_iteration = False

    def __init__(
        self,
        trial: hpopt.Trial | None = None,
        metric: str | None = None,
        valid: str | None = None,
    ) -> None:
        self._rounds = Rounds(trial, metric, valid, "model.txt", _rounds_of)
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
    def init_model(self) -> str | None:
        """What a trial that was paused goes on from, for `train(init_model=...)`; None: nothing."""
        return self._rounds.checkpoint

    def rounds_left(self, full: int) -> int:
        """Of a full training of so many rounds, those that `init_model` doesn't have yet."""
        return self._rounds.left(full)

    def __call__(self, env: CallbackEnv) -> None:
        scores = {(each[0], each[1]): each for each in env.evaluation_result_list or []}
        if self._chosen is None:
            self._chosen = self._rounds.choose(scores)
            self._rounds.check_direction(self._chosen[1], bool(scores[self._chosen][3]))
        score = float(scores[self._chosen][2])
        save = env.model.save_model if isinstance(env.model, Booster) else None  # cv: no one model
        if not self._rounds.say(env.iteration + 1, self._chosen[1], score, save):
            raise EarlyStopException(env.iteration, _as_list(env))


def _rounds_of(path: str) -> int:
    return int(Booster(model_file=path).current_iteration())


def _as_list(env: CallbackEnv) -> list[Any]:
    return list(env.evaluation_result_list or [])
