"""Trials without a result for now, and programs that can't go on with a trial."""

from __future__ import annotations

from pathlib import Path

import pytest

import hpopt

SPACE = {"x": hpopt.Float(0, 1)}


def test_a_trial_that_is_set_aside_is_asked_again(tmp_path: Path) -> None:
    study = hpopt.Study.open("s", storage=tmp_path / "store", space=SPACE)
    trial = study.ask()
    params = trial.params
    trial.report(1, 0.5)
    study.set_aside(trial)
    assert study.trials[0].state == "paused"
    with pytest.raises(hpopt.Conflict):
        study.tell(trial, 0.75)
    del study
    later = hpopt.Study.open("s", storage=tmp_path / "store", space=SPACE)
    again = later.ask()
    assert (again.number, again.params) == (1, params)
    later.tell(again, 0.75)
    assert later.trials[0].state == "complete"


def test_what_cant_go_on_after_a_pause_is_stopped() -> None:
    study = hpopt.Study.open(
        "s",
        storage="memory:",
        space=SPACE,
        trials=20,
        full_steps=9,
        early_stop="hyperband",
        min_steps=1,
        resumable=False,
    )
    numbers = []
    with pytest.raises(hpopt.Exhausted):
        while True:
            trial = study.ask()
            numbers.append(trial.number)
            verdict = hpopt.Verdict.CONTINUE
            for step in range(1, 10):
                verdict = trial.report(step, trial.params["x"])
                if verdict:
                    break
            assert verdict is not hpopt.Verdict.PAUSE
            if not verdict:
                study.tell(trial, trial.params["x"])
    assert numbers == list(range(1, 21))
    assert {each.state for each in study.trials} == {"complete", "stopped"}
