"""HpoptCallback in trainings of the real LightGBM."""

import math
import os
import pathlib
import subprocess
import sys

import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

import hpopt

lgb = pytest.importorskip("lightgbm")
from hpopt.integrations.lightgbm import HpoptCallback  # noqa: E402

QUIET = {"objective": "binary", "verbosity": -1, "num_threads": 1, "min_data_in_leaf": 5}


def data():
    train_x, valid_x, train_y, valid_y = train_test_split(
        *load_breast_cancer(return_X_y=True), test_size=0.3, random_state=0
    )
    train = lgb.Dataset(train_x, train_y, free_raw_data=False)
    return train, lgb.Dataset(valid_x, valid_y, reference=train, free_raw_data=False)


def fit(callback, rounds=12, metric="binary_logloss", **arguments):
    train, valid = data()
    return lgb.train(
        QUIET | {"metric": metric},
        train,
        num_boost_round=rounds,
        valid_sets=[valid],
        callbacks=[callback],
        **arguments,
    )


def open_study(**arguments):
    space = {"learning_rate": hpopt.Float(0.01, 1, log=True)}
    defaults = {"storage": "memory:", "objectives": "binary_logloss:min", "space": space}
    return hpopt.Study.open("boosting", **defaults | arguments)


def test_each_round_is_a_step():
    study = open_study(full_steps=12)
    trial = study.ask()
    callback = HpoptCallback(trial)
    booster = fit(callback)
    assert booster.num_trees() == 12
    study.tell(trial, callback.score)
    (info,) = study.trials
    assert [step for step, _ in info.reports] == list(range(1, 13))
    assert study.best_score == min(score for _, score in info.reports)
    assert callback.verdict == hpopt.Verdict.CONTINUE


def test_a_trial_that_is_told_to_end_trains_no_further():
    study = open_study(full_steps=12, early_stop="hyperband", min_steps=2, reduction_factor=2)
    rounds = []
    for rate in (0.3, 0.2, 1e-2, 1.1e-2):
        study.enqueue({"learning_rate": rate})
        trial = study.ask()
        callback = HpoptCallback(trial)
        train, valid = data()
        booster = lgb.train(
            QUIET | {"metric": "binary_logloss"} | trial.params,
            train,
            num_boost_round=12,
            valid_sets=[valid],
            callbacks=[callback],
        )
        rounds.append(booster.num_trees())
        if not callback.verdict:
            study.tell(trial, callback.score)
    assert rounds[0] == 12 and min(rounds) < 12
    assert {each.state for each in study.trials} > {"complete"}


class Pausing:
    """A trial that is told to pause at a step: what a study says when others want their turn."""

    maximize = False

    def __init__(self, folder, step):
        self.checkpoint_dir = str(folder)
        self.reports = []
        self._pauses_at = step

    def report(self, step, score):
        self.reports.append(step)
        return hpopt.Verdict.PAUSE if step == self._pauses_at else hpopt.Verdict.CONTINUE


def test_a_paused_trial_goes_on_from_its_model(tmp_path):
    trial = Pausing(tmp_path, 5)
    first = HpoptCallback(trial)
    assert first.init_model is None and first.rounds_left(12) == 12
    fit(first, first.rounds_left(12))
    second = HpoptCallback(trial)
    assert os.listdir(tmp_path) == ["model.txt"]
    assert second.rounds_left(12) == 7
    booster = fit(second, second.rounds_left(12), init_model=second.init_model)
    assert trial.reports == list(range(1, 13))
    assert booster.num_trees() == 12
    whole = HpoptCallback()
    fit(whole)
    assert second.score == pytest.approx(whole.score, rel=1e-6)


def test_the_mean_of_a_cross_validation_counts():
    study = open_study(full_steps=5)
    trial = study.ask()
    callback = HpoptCallback(trial)
    train, _ = data()
    found = lgb.cv(QUIET | {"metric": "binary_logloss"}, train, 5, nfold=3, callbacks=[callback])
    assert callback.score == found["valid binary_logloss-mean"][-1]


def test_the_estimators_of_scikit_learn_take_it():
    study = open_study(objectives="auc:max", full_steps=4)
    trial = study.ask()
    callback = HpoptCallback(trial, metric="auc", valid="valid_0")
    X, y = load_breast_cancer(return_X_y=True)
    model = lgb.LGBMClassifier(n_estimators=4, verbosity=-1, n_jobs=1)
    held_out = {"eval_X": X[:150], "eval_y": y[:150]}
    model.fit(X[150:], y[150:], **held_out, eval_metric="auc", callbacks=[callback])
    assert callback.score > 0.9


def test_the_other_direction_is_said():
    trial = open_study(objectives="auc:min").ask()
    with pytest.raises(hpopt.InvalidInput, match=r'better when higher.*objectives="auc:max"'):
        fit(HpoptCallback(trial, metric="auc"), metric="auc")


@pytest.mark.parametrize(
    "arguments, says",
    [
        ({"metric": "rmse"}, "rmse of a validation set is missing.*auc of valid_0"),
        ({"valid": "test"}, "a metric of test is missing"),
        ({}, "is ambiguous"),
    ],
)
def test_a_metric_that_is_not_there_is_said(arguments, says):
    with pytest.raises(hpopt.InvalidInput, match=says):
        fit(HpoptCallback(**arguments), metric=["auc", "binary_logloss"])


def test_outside_of_a_trial_it_only_looks_on():
    callback = HpoptCallback(metric="auc")
    assert fit(callback, metric="auc").num_trees() == 12
    assert callback.score > 0.9 and callback.init_model is None
    assert not math.isnan(callback.score)


def objective(trial):
    import lightgbm

    train, valid = data()
    callback = HpoptCallback(trial)
    lightgbm.train(
        QUIET | {"metric": "binary_logloss", "learning_rate": trial.params["learning_rate"]},
        train,
        num_boost_round=callback.rounds_left(20),
        valid_sets=[valid],
        callbacks=[callback],
        init_model=callback.init_model,
    )
    return callback.score


@pytest.mark.parametrize("in_process", [True, False])
def test_optimize_stops_what_is_not_worth_it(tmp_path, in_process):
    study = open_study(storage=str(tmp_path), full_steps=20)
    study.optimize(objective, trials=12, in_process=in_process)
    lengths = [each.reports[-1][0] for each in study.trials if each.reports]
    assert max(lengths) == 20 and min(lengths) < 20
    assert study.best_score < 0.2


def test_the_example_runs(tmp_path):
    program = pathlib.Path(__file__).parents[2] / "examples" / "lightgbm" / "tune.py"
    done = subprocess.run(
        [sys.executable, program, "--time", "60s", "--trials", "3", "--workers", "1"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert done.returncode == 0, done.stderr
    assert "best 0.0" in done.stdout


SCRIPT = """
import sys
from test_lightgbm import QUIET, data, lgb
from hpopt.integrations.lightgbm import HpoptCallback

train, valid = data()
lgb.train(
    QUIET | {"metric": "auc", "learning_rate": float(sys.argv[1])},
    train,
    num_boost_round=20,
    valid_sets=[valid],
    callbacks=[HpoptCallback(metric="auc")],
)
"""


def test_in_a_script_that_hpopt_runs(tmp_path):
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    path = os.pathsep.join([os.path.dirname(__file__), *filter(None, sys.path)])
    environment = os.environ | {"PYTHONPATH": path}
    command = [os.path.join(os.path.dirname(sys.executable), "hpopt"), "run", "--name", "boost"]
    command += ["--trials", "6", "--metric", "auc:max", "--", sys.executable, str(script)]
    done = subprocess.run(
        [*command, "~rate:log(0.01,1)"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    study = hpopt.Study.open("boost", storage=str(tmp_path / ".hpopt"), objectives="auc:max")
    assert study.best_score > 0.9
    assert max(each.reports[-1][0] for each in study.trials if each.reports) == 20
