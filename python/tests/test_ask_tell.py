"""ask, tell, fail, enqueue, attach: the study driven by its user."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import hpopt

SPACE = {"x": hpopt.Float(0, 1), "opt": hpopt.Categorical(["sgd", "adam"])}


def test_the_best_of_what_was_told_is_found() -> None:
    study = hpopt.Study.open("s", storage="memory:", space=SPACE, trials=30)
    scores = {}
    with pytest.raises(hpopt.Exhausted):
        while True:
            trial = study.ask()
            scores[trial.number] = trial.params["x"]
            study.tell(trial, trial.params["x"])
    assert len(scores) == 30
    best = study.best
    assert best is not None
    assert best.trial == max(scores, key=scores.__getitem__)
    assert study.best_score == max(scores.values())
    assert study.best_params == best.params
    assert [each.number for each in study.trials] == list(range(1, 31))
    assert {each.state for each in study.trials} == {"complete"}


def test_a_goal_to_minimize() -> None:
    study = hpopt.Study.open("s", storage="memory:", objectives="loss:min", space=SPACE)
    for _ in range(5):
        trial = study.ask()
        study.tell(trial, trial.params["x"])
    assert study.best_score == min(each.score for each in study.trials if each.score is not None)


def test_define_by_run_with_parameters_that_come_and_go() -> None:
    study = hpopt.Study.open("s", storage="memory:")
    for number in range(12):
        trial = study.ask()
        lr = trial.suggest_float("lr", 1e-5, 1, log=True)
        assert 1e-5 <= lr <= 1
        assert trial.suggest_float("lr", 1e-5, 1, log=True) == lr
        if number % 2:
            depth = trial.suggest_int("depth", 2, 10, step=2)
            assert depth in {2, 4, 6, 8, 10}
        else:
            choice = trial.suggest_categorical("choice", ["a", None, 3, 3.5, True, (1, 2)])
            assert choice in ["a", None, 3, 3.5, True, (1, 2)]
        study.tell(trial, -abs(math.log10(lr) + 3))
    assert {"lr", "depth", "choice"} == set(study.space)
    names = [set(each.params) for each in study.trials]
    assert names[0] == {"lr", "choice"}
    assert names[1] == {"lr", "depth"}


def test_what_was_chosen_is_the_callers_own_object() -> None:
    study = hpopt.Study.open("s", storage="memory:")
    choices = [("a", "b"), {"deep": [1, 2]}]
    chosen = study.ask().suggest_categorical("c", choices)
    assert any(chosen is choice for choice in choices)


def test_a_study_goes_on_where_it_was(tmp_path: Path) -> None:
    for opened in range(3):
        study = hpopt.Study.open("s", storage=tmp_path / "store", space=SPACE)
        trial = study.ask()
        assert trial.number == opened + 1
        study.tell(trial, 0.5)
    del study


def test_same_seed_same_configurations() -> None:
    def params(seed: int) -> list[object]:
        study = hpopt.Study.open("s", storage="memory:", space=SPACE, seed=seed)
        found: list[object] = []
        for _ in range(20):
            trial = study.ask()
            found.append(trial.params)
            study.tell(trial, trial.params["x"])
        return found

    assert params(3) == params(3)
    assert params(3) != params(4)


def test_a_trial_that_fails_has_its_reason() -> None:
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    study.fail(study.ask(), "no such file")
    (info,) = study.trials
    assert info.state == "failed"
    assert "no such file" in info.reason
    assert info.score is None


def test_with_an_exception_the_trial_fails_and_the_exception_goes_on() -> None:
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    with pytest.raises(ZeroDivisionError), study.ask():
        raise ZeroDivisionError("by hand")
    assert study.trials[0].state == "failed"
    assert "ZeroDivisionError: by hand" in study.trials[0].reason


def test_with_no_result_the_trial_is_released() -> None:
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    with study.ask():
        pass
    assert study.trials[0].state == "cancelled"


def test_with_a_result_nothing_more_happens() -> None:
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    with study.ask() as trial:
        study.tell(trial, 1.0)
    assert study.trials[0].state == "complete"


def test_what_is_queued_is_tried_next(tmp_path: Path) -> None:
    study = hpopt.Study.open("s", storage=tmp_path / "store", space=SPACE)
    study.enqueue({"x": 0.25, "opt": "adam"})
    study = hpopt.Study.open("s", storage=tmp_path / "store", space=SPACE)
    assert study.ask().params == {"x": 0.25, "opt": "adam"}
    with pytest.raises(hpopt.InvalidInput):
        study.enqueue({"x": 2, "opt": "adam"})


def test_a_trial_is_reported_from_another_place(tmp_path: Path) -> None:
    study = hpopt.Study.open("s", storage=tmp_path / "store", space=SPACE, early_stop="none")
    asked = study.ask()
    elsewhere = hpopt.Study.open("s", storage=tmp_path / "store", space=SPACE)
    attached = elsewhere.attach(asked.number)
    assert attached.params == asked.params
    assert attached.report(1, 0.5) == hpopt.Verdict.CONTINUE
    elsewhere.tell(attached, 0.75)
    assert study.trials[0].reports == [(1, 0.75)]
    assert study.best_score == 0.75
    with pytest.raises(hpopt.NotFound):
        elsewhere.attach(99)
    with pytest.raises(hpopt.Conflict):
        elsewhere.attach(1)


def test_checkpoints_have_a_folder(tmp_path: Path) -> None:
    study = hpopt.Study.open("s", storage=tmp_path / "store", space=SPACE)
    trial = study.ask()
    folder = Path(trial.checkpoint_dir)
    assert folder.is_dir()
    assert trial.next_step == 1


def test_the_table_of_a_study_without_trials_is_empty() -> None:
    pytest.importorskip("pandas")
    study = hpopt.Study.open("s", storage="memory:", space={"x": hpopt.Float(0, 1)})
    table = study.trials_dataframe()
    assert len(table) == 0
    assert table["score"].tolist() == []


def test_the_table_of_trials() -> None:
    pandas = pytest.importorskip("pandas")
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    for _ in range(3):
        study.tell(study.ask(), 0.5)
    table = study.trials_dataframe()
    assert isinstance(table, pandas.DataFrame)
    assert list(table.index) == [1, 2, 3]
    assert {"state", "score", "params_x", "params_opt", "step", "seconds"} == set(table.columns)


def test_how_it_looks_at_a_prompt() -> None:
    study = hpopt.Study.open("s", storage="memory:", space={"x": hpopt.Fixed("a")})
    study.tell(study.ask(), 0.1 + 0.2)
    assert repr(study.best) == "<hpopt.Best trial 1: 0.3, {'x': 'a'}>"
    assert repr(study.trials[0]) == "<hpopt.TrialInfo 1: complete 0.3, {'x': 'a'}>"
    assert repr(study.summary()).startswith("<hpopt.Summary best 0.3 (trial 1")
    other = hpopt.Study.open("s", storage="memory:", space={"x": hpopt.Fixed("a")})
    other.fail(other.ask(), "no data")
    assert repr(other.trials[0]) == "<hpopt.TrialInfo 1: failed, {'x': 'a'}>"


def test_how_it_looks_in_a_notebook() -> None:
    space = {"<b>": hpopt.Fixed("<script>")}
    study = hpopt.Study.open("<s>", storage="memory:", space=space | SPACE)
    assert "&lt;s&gt;" in study._repr_html_()
    study.tell(study.ask(), 0.5)
    page = study._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "<table>" in page


def test_sums_are_kept_to() -> None:
    space = {name: hpopt.Int(0, 512, step=32) for name in ("units1", "units2")}
    study = hpopt.Study.open(
        "s", storage="memory:", space=space, constraints=["units1 + units2 <= 512"], trials=20
    )
    for _ in range(20):
        trial = study.ask()
        assert trial.params["units1"] + trial.params["units2"] <= 512
        study.tell(trial, trial.params["units1"])


def test_a_search_begins_around_a_prior() -> None:
    space = {
        "lr": hpopt.Float(1e-5, 1, log=True, prior=3e-4),
        "opt": hpopt.Categorical(["sgd", "adam", "lion"], prior=hpopt.Prior("lion", 0.1)),
    }
    study = hpopt.Study.open("s", storage="memory:", space=space, seed=1)
    trials = [study.ask() for _ in range(10)]
    near = [t for t in trials if 1e-4 < t.params["lr"] < 1e-3 and t.params["opt"] == "lion"]
    assert len(near) >= 3  # evenly spread it would be one in fifteen
