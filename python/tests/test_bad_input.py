"""Each wrong use has its own error, which says the mend."""

from __future__ import annotations

import datetime
import decimal
import fractions
import time
from typing import Any

import pytest

import hpopt

SPACE = {"x": hpopt.Float(0, 1)}


@pytest.fixture
def study() -> hpopt.Study:
    return hpopt.Study.open("s", storage="memory:", space=SPACE, early_stop="none")


def test_every_error_is_one_of_ours() -> None:
    for kind in (
        hpopt.InvalidInput,
        hpopt.NotFound,
        hpopt.Exhausted,
        hpopt.TimeUp,
        hpopt.Conflict,
        hpopt.Busy,
        hpopt.StorageError,
        hpopt.Unavailable,
        hpopt.InternalError,
    ):
        error = kind("what", "where", "mend")
        assert isinstance(error, hpopt.HpoptError)
        assert str(error) == "where: what (mend)"
        assert (error.what, error.where, error.mend) == ("what", "where", "mend")
    assert issubclass(hpopt.InvalidInput, ValueError)
    assert issubclass(hpopt.Exhausted, hpopt.NotFound)
    assert issubclass(hpopt.NotFound, LookupError)
    assert issubclass(hpopt.StorageError, OSError)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"objectives": "score"}, "score"),
        ({"objectives": ["a:max", "b:min"]}, "2 objectives"),
        ({"objectives": []}, "0 objectives"),
        ({"time": -1}, "time"),
        ({"time": 0}, "time"),
        ({"time": "soon"}, "soon"),
        ({"time": float("nan")}, "time"),
        ({"time": True}, "time"),
        ({"time": [3]}, "time"),
        ({"trials": 0}, "trials"),
        ({"trials": 2.5}, "trials"),
        ({"workers": -1}, "workers"),
        ({"full_steps": "ten"}, "full_steps"),
        ({"existing": "maybe"}, "maybe"),
        ({"sampler": "magic"}, "magic"),
        ({"early_stop": "never"}, "never"),
        ({"space": [1]}, "mapping"),
        ({"space": {"x": hpopt.Float(1, 0)}}, "x"),
        ({"space": {"x": hpopt.Float(0, 1, log=True)}}, "x"),
        ({"space": {"x": hpopt.Float("a", 1)}}, "x"),  # type: ignore[arg-type]
        ({"space": {"x": hpopt.Int(0, 2**70)}}, "x"),
        ({"space": {"x": hpopt.Categorical([])}}, "x"),
        ({"space": {"x": []}}, "x"),
        ({"space": {"x": "~lig(1,2)"}}, "lig"),
        ({"space": {"x": "~seed()"}}, "seed"),
        ({"space": {"x": object()}}, "object"),
        ({"space": {"x": hpopt.Fixed({1, 2})}}, "value"),
        ({"space": {1: hpopt.Float(0, 1)}}, "1"),
        ({"space": {"x": hpopt.Float(0, 1, when={"y": 1})}}, "y"),
        ({"space": {"x": hpopt.Float(0, 1, default=3)}}, "x"),
        ({"space": {"x": hpopt.Float(0, 1, prior=3)}}, "prior"),
        ({"space": {"x": hpopt.Float(0, 1, prior=hpopt.Prior(0.5, spread=-1))}}, "spread"),
        ({"constraints": ["x <"]}, "x"),
        ({"constraints": ["2 * x <= y"]}, "y"),
        ({"constraints": ["x * x <= 1"]}, "linear"),
    ],
)
def test_a_study_that_cannot_be(arguments: dict[str, Any], said: str) -> None:
    given: dict[str, Any] = {"storage": "memory:", "space": SPACE} | arguments
    with pytest.raises(hpopt.InvalidInput) as caught:
        hpopt.Study.open("s", **given)
    assert said in str(caught.value)


def test_a_text_is_no_list_of_choices() -> None:
    with pytest.raises(hpopt.InvalidInput):
        hpopt.Categorical("adam")


@pytest.mark.parametrize("score", [None, "0.5", b"1", [1, 2], {}, object(), 1j])
def test_a_score_that_is_none(study: hpopt.Study, score: Any) -> None:
    trial = study.ask()
    with pytest.raises(hpopt.InvalidInput):
        trial.report(1, score)
    with pytest.raises(hpopt.InvalidInput):
        study.tell(trial, score)
    study.tell(trial, 0.5)
    assert study.best_score == 0.5


def test_scores_of_many_kinds(study: hpopt.Study) -> None:
    numpy = pytest.importorskip("numpy")
    kinds = [
        1,
        True,
        0.5,
        decimal.Decimal("0.5"),
        fractions.Fraction(1, 2),
        numpy.float32(0.5),
        numpy.int64(1),
        numpy.array(0.5),
        numpy.array([0.5]),
    ]
    for score in kinds:
        study.tell(study.ask(), score)
    assert len([each for each in study.trials if each.score is not None]) == len(kinds)


@pytest.mark.parametrize("score", [float("nan"), float("inf"), float("-inf")])
def test_a_score_without_end_is_a_divergence(study: hpopt.Study, score: float) -> None:
    study.tell(study.ask(), score)
    trial = study.ask()
    assert trial.report(1, score) == hpopt.Verdict.STOP
    assert [each.state for each in study.trials] == ["diverged", "diverged"]
    assert study.best is None
    with pytest.raises(hpopt.InvalidInput):
        _ = study.best_score


@pytest.mark.parametrize("step", [-1, 0.5, "one", None, 2**31, float("nan"), float("inf")])
def test_a_step_that_is_none(study: hpopt.Study, step: Any) -> None:
    with pytest.raises(hpopt.InvalidInput):
        study.ask().report(step, 0.5)


def test_score_and_step_the_wrong_way_round_are_noticed(study: hpopt.Study) -> None:
    with pytest.raises(hpopt.InvalidInput, match="step comes first"):
        study.ask().report(0.93, 5)  # type: ignore[arg-type]


def test_told_twice(study: hpopt.Study) -> None:
    trial = study.ask()
    study.tell(trial, 0.5)
    for again in (
        lambda: study.tell(trial, 0.6),
        lambda: study.fail(trial, "late"),
        lambda: trial.report(2, 0.6),
        lambda: trial.params,
        lambda: trial.checkpoint_dir,
    ):
        with pytest.raises(hpopt.Conflict, match="trial 1"):
            again()
    assert study.best_score == 0.5


@pytest.mark.parametrize("thing", [None, 3, "trial", object()])
def test_what_is_no_trial(study: hpopt.Study, thing: Any) -> None:
    with pytest.raises(hpopt.InvalidInput):
        study.tell(thing, 0.5)


def test_another_space_under_the_same_name(tmp_path: Any) -> None:
    store = tmp_path / "store"
    hpopt.Study.open("s", storage=store, space=SPACE).ask()
    with pytest.raises(hpopt.InvalidInput, match="space"):
        hpopt.Study.open("s", storage=store, space={"x": hpopt.Float(0, 2)})
    with pytest.raises(hpopt.InvalidInput, match="minimize"):
        hpopt.Study.open("s", storage=store, space=SPACE, objectives="score:min")


def test_another_range_under_the_same_name() -> None:
    study = hpopt.Study.open("s", storage="memory:")
    trial = study.ask()
    trial.suggest_float("x", 0, 1)
    study.tell(trial, 1)
    with pytest.raises(hpopt.InvalidInput, match="x"):
        study.ask().suggest_float("x", 0, 2)


def test_a_store_that_cannot_be(tmp_path: Any) -> None:
    (tmp_path / "file").write_text("no store")
    with pytest.raises(hpopt.HpoptError):
        hpopt.Study.open("s", storage=tmp_path / "file" / "store", space=SPACE)


def test_the_time_is_up() -> None:
    study = hpopt.Study.open("s", storage="memory:", space=SPACE, time=1)
    trial = study.ask()
    time.sleep(1.1)
    study.tell(trial, 0.5)
    with pytest.raises(hpopt.TimeUp):
        study.ask()


def test_times_as_people_write_them() -> None:
    for given in (60, 60.0, "1m", datetime.timedelta(minutes=1)):
        study = hpopt.Study.open("s", storage="memory:", space=SPACE, time=given)
        assert 59 < study.ask().left <= 60
