"""HpoptCallback in trainings of the real XGBoost."""

import os

import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

import hpopt

xgb = pytest.importorskip("xgboost")
from hpopt.integrations.xgboost import HpoptCallback  # noqa: E402

QUIET = {"objective": "binary:logistic", "verbosity": 0, "nthread": 1}


def data():
    train_x, valid_x, train_y, valid_y = train_test_split(
        *load_breast_cancer(return_X_y=True), test_size=0.3, random_state=0
    )
    return xgb.DMatrix(train_x, train_y), xgb.DMatrix(valid_x, valid_y)


def fit(callback, rounds=12, metric="logloss", **arguments):
    train, valid = data()
    return xgb.train(
        QUIET | {"eval_metric": metric},
        train,
        num_boost_round=rounds,
        evals=[(train, "train"), (valid, "valid")],
        callbacks=[callback],
        verbose_eval=False,
        **arguments,
    )


def open_study(**arguments):
    space = {"eta": hpopt.Float(0.01, 1, log=True)}
    defaults = {"storage": "memory:", "objectives": "logloss:min", "space": space}
    return hpopt.Study.open("boosting", **defaults | arguments)


def test_each_round_is_a_step():
    study = open_study(full_steps=12)
    trial = study.ask()
    callback = HpoptCallback(trial)
    assert fit(callback).num_boosted_rounds() == 12
    study.tell(trial, callback.score)
    (info,) = study.trials
    assert [step for step, _ in info.reports] == list(range(1, 13))


class Ending:
    """A trial whose study says a verdict at a step."""

    maximize = False

    def __init__(self, folder, step, verdict):
        self.checkpoint_dir = str(folder)
        self.reports = []
        self._ends_at = step
        self._verdict = verdict

    def report(self, step, score):
        self.reports.append(step)
        return self._verdict if step == self._ends_at else hpopt.Verdict.CONTINUE


def test_a_trial_that_is_stopped_trains_no_further(tmp_path):
    trial = Ending(tmp_path, 4, hpopt.Verdict.STOP)
    callback = HpoptCallback(trial)
    assert fit(callback).num_boosted_rounds() == 4
    assert callback.verdict == hpopt.Verdict.STOP
    assert os.listdir(tmp_path) == []


def test_a_paused_trial_goes_on_from_its_model(tmp_path):
    trial = Ending(tmp_path, 5, hpopt.Verdict.PAUSE)
    fit(HpoptCallback(trial))
    assert os.listdir(tmp_path) == ["model.ubj"]
    second = HpoptCallback(trial)
    assert second.rounds_left(12) == 7
    booster = fit(second, second.rounds_left(12), xgb_model=second.xgb_model)
    assert trial.reports == list(range(1, 13))
    assert booster.num_boosted_rounds() == 12
    whole = HpoptCallback()
    fit(whole)
    assert second.score == pytest.approx(whole.score, rel=1e-5)


def test_a_script_that_is_told_to_stop_may_come_back(tmp_path, monkeypatch):
    monkeypatch.setenv("HPOPT_CHECKPOINT_DIR", str(tmp_path))
    monkeypatch.setattr(hpopt, "report", lambda step, **metrics: hpopt.Verdict(2 * (step == 3)))
    fit(HpoptCallback())
    monkeypatch.setattr(hpopt, "report", lambda step, **metrics: hpopt.Verdict.CONTINUE)
    second = HpoptCallback()
    assert second.rounds_left(12) == 9
    booster = fit(second, second.rounds_left(12), xgb_model=second.xgb_model)
    assert booster.num_boosted_rounds() == 12


def test_the_mean_of_a_cross_validation_counts():
    trial = open_study(full_steps=5).ask()
    callback = HpoptCallback(trial, valid="test")
    found = xgb.cv(QUIET | {"eval_metric": "logloss"}, data()[0], 5, nfold=3, callbacks=[callback])
    assert callback.score == pytest.approx(found["test-logloss-mean"].iloc[-1])


def test_the_estimators_of_scikit_learn_take_it():
    trial = open_study(objectives="auc:max", full_steps=4).ask()
    callback = HpoptCallback(trial, metric="auc")
    X, y = load_breast_cancer(return_X_y=True)
    model = xgb.XGBClassifier(n_estimators=4, n_jobs=1, eval_metric="auc", callbacks=[callback])
    model.fit(X, y, eval_set=[(X, y)], verbose=False)
    assert callback.score > 0.9


@pytest.mark.parametrize(
    "metric, objectives, says",
    [
        ("auc", "auc:min", 'better when higher.*objectives="auc:max"'),
        ("logloss", "logloss:max", 'better when lower.*objectives="logloss:min"'),
        ("pre@3", "precision:min", "better when higher"),
    ],
)
def test_the_other_direction_is_said(metric, objectives, says):
    trial = open_study(objectives=objectives).ask()
    with pytest.raises(hpopt.InvalidInput, match=says):
        HpoptCallback(trial).after_iteration(None, 0, {"valid": {metric: [0.5]}})


def test_of_an_own_metric_no_direction_is_known():
    trial = open_study(objectives="mine:max").ask()
    train, valid = data()
    callback = HpoptCallback(trial, metric="mine")
    xgb.train(
        QUIET,
        train,
        2,
        evals=[(valid, "valid")],
        custom_metric=lambda predictions, data: ("mine", 0.5),
        callbacks=[callback],
        verbose_eval=False,
    )
    assert callback.score == 0.5


@pytest.mark.parametrize(
    "arguments, says",
    [
        ({"metric": "rmse"}, "rmse of a validation set is missing.*auc of valid"),
        ({"valid": "test"}, "a metric of test is missing"),
        ({}, "is ambiguous"),
    ],
)
def test_a_metric_that_is_not_there_is_said(arguments, says):
    with pytest.raises(hpopt.InvalidInput, match=says):
        fit(HpoptCallback(**arguments), metric=["auc", "logloss"])


def test_outside_of_a_trial_it_only_looks_on():
    callback = HpoptCallback(metric="auc")
    assert fit(callback, metric=["auc"]).num_boosted_rounds() == 12
    assert callback.score > 0.9 and callback.xgb_model is None


def objective(trial):
    train, valid = data()
    callback = HpoptCallback(trial, metric="logloss")
    xgb.train(
        QUIET | {"eval_metric": "logloss", "eta": trial.params["eta"]},
        train,
        num_boost_round=callback.rounds_left(20),
        evals=[(valid, "valid")],
        callbacks=[callback],
        xgb_model=callback.xgb_model,
        verbose_eval=False,
    )
    return callback.score


@pytest.mark.parametrize("in_process", [True, False])
def test_optimize_stops_what_is_not_worth_it(tmp_path, in_process):
    study = open_study(storage=str(tmp_path), full_steps=20)
    study.optimize(objective, trials=12, in_process=in_process)
    lengths = [each.reports[-1][0] for each in study.trials if each.reports]
    assert max(lengths) == 20 and min(lengths) < 20
    assert study.best_score < 0.2
