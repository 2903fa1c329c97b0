"""hpopt.params, report, fidelity and their kin: in a script, in an objective, and by themselves."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from runs import run

import hpopt


class Number:
    """As a tensor or a scalar of NumPy: a thing with one number in it."""

    def __init__(self, value: float) -> None:
        self._value = value

    def item(self) -> float:
        return self._value


def test_outside_of_a_trial_all_is_harmless(tmp_path: Path) -> None:
    assert hpopt.params() == {}
    assert hpopt.params(lr=1e-3) == {"lr": 1e-3}
    assert hpopt.fidelity("epochs") is None
    assert hpopt.fidelity("epochs", default=50) == 50
    assert hpopt.checkpoint_dir() is None
    assert hpopt.checkpoint_dir(tmp_path / "a" / "b") == str(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    assert hpopt.trial_number() is None
    assert hpopt.seed() == 0
    assert hpopt.seed(7) == 7
    assert hpopt.report(3, val_acc=0.9) is hpopt.Verdict.CONTINUE
    assert not hpopt.report(score=Number(0.9))


def test_what_is_no_report_is_refused_outside_too() -> None:
    for wrong in (None, "good", [1, 2], object()):
        with pytest.raises(hpopt.InvalidInput, match="val_acc"):
            hpopt.report(1, val_acc=wrong)
    with pytest.raises(hpopt.InvalidInput, match="nothing to report"):
        hpopt.report(3)
    for step in (-1, 1.5, "one", math.nan, 2**40):
        with pytest.raises(hpopt.InvalidInput):
            hpopt.report(step, score=0.5)


def test_parameters_come_from_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "params.json"
    monkeypatch.setenv("HPOPT_PARAMS", str(file))
    with pytest.raises(hpopt.NotFound, match=r"params\.json.*HPOPT_PARAMS"):
        hpopt.params()
    file.write_text('{"lr": 0.1, "layers": [1, 2], "opt": "sgd"}')
    assert hpopt.params(lr=1, momentum=0.9) == {
        "lr": 0.1, "layers": [1, 2], "opt": "sgd", "momentum": 0.9,
    }  # fmt: skip
    for broken in ("{", "[1]"):
        file.write_text(broken)
        with pytest.raises(hpopt.StorageError, match=r"params\.json"):
            hpopt.params()


def test_fidelities_are_read_by_the_names_that_the_engine_gives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HPOPT_FIDELITY_EPOCHS", "12")
    monkeypatch.setenv("HPOPT_FIDELITY_SUB_SET", "0.25")
    epochs = hpopt.fidelity("epochs")
    assert epochs == 12 and isinstance(epochs, int)
    assert hpopt.fidelity("sub-set", 1) == 0.25
    monkeypatch.setenv("HPOPT_FIDELITY_EPOCHS", "many")
    with pytest.raises(hpopt.InvalidInput, match="HPOPT_FIDELITY_EPOCHS"):
        hpopt.fidelity("epochs")


def test_reports_are_heard() -> None:
    heard = run(
        """
        import hpopt, json, os
        assert list(hpopt.params(y=2)) == ["y", "x"]
        assert hpopt.trial_number() == 1 and hpopt.seed() == int(os.environ["HPOPT_SEED"])
        assert hpopt.checkpoint_dir("elsewhere") == os.environ["HPOPT_CHECKPOINT_DIR"]
        class Tensor:
            def item(self): return 0.5
        assert not hpopt.report(1, val_acc=Tensor(), loss=3)
        assert not hpopt.report(2, 0.75)
        assert not hpopt.report(score=1, step=3)
        """,
        metric="val_acc:max",
    )
    assert heard.code == 0, heard.output
    assert heard.scores() == [(1, 0.5), (2, 0.75), (3, 1)]
    assert heard.metrics() == {"loss": [(1, 3)]}


def test_steps_may_be_left_out_or_begin_at_zero() -> None:
    counted = run("import hpopt\nfor i in range(3): hpopt.report(score=i)")
    assert counted.scores() == [(1, 0), (2, 1), (3, 2)]
    from_zero = run("import hpopt\nfor i in range(3): hpopt.report(i, i)", "--fresh")
    assert from_zero.scores() == [(1, 0), (2, 1), (3, 2)]


def test_a_score_that_is_not_finite_is_a_divergence() -> None:
    heard = run("import hpopt\nhpopt.report(1, float('nan'))\nimport time\ntime.sleep(20)")
    assert heard.trials[0]["state"] == "diverged"


def test_the_verdict_comes_back() -> None:
    heard = run(
        """
        import hpopt, pathlib
        for epoch in range(1, 100):
            if verdict := hpopt.report(epoch, score=epoch):
                pathlib.Path("verdict").write_text(verdict.name)
                break
        """,
        words=("--epochs", "~fidelity(1,5)"),
    )
    assert heard.code == 0, heard.output
    assert heard.scores() == [(epoch, epoch) for epoch in range(1, 7)], "one too many is heard"
    assert heard.trials[0]["state"] == "complete"
    assert (heard.folder / "verdict").read_text() == "STOP"


def test_only_rank_0_reports() -> None:
    heard = run(
        """
        import os, subprocess, sys
        one = "import hpopt, os; hpopt.report(1, float(os.environ.get('RANK') or 9))"
        for name, rank in (("RANK", "1"), ("RANK", "0"), ("LOCAL_RANK", "3"), ("RANK", "")):
            subprocess.run([sys.executable, "-c", one], env={**os.environ, name: rank}, check=True)
            if rank == "0": break
        """
    )
    assert heard.scores() == [(1, 0)]


def test_a_trial_whose_engine_is_gone_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HPOPT_REPORT", "/nowhere/report.1")
    monkeypatch.setenv("HPOPT_REPORT_FILE", "/nowhere/reports.1")
    with pytest.warns(RuntimeWarning, match="was not told"):
        assert not hpopt.report(1, 0.5)


def objective(trial: hpopt.Trial) -> float:
    assert hpopt.trial_number() == trial.number
    assert hpopt.seed() == trial.seed
    assert hpopt.checkpoint_dir() == trial.checkpoint_dir
    assert hpopt.params(y=1) == {"y": 1, "x": trial.params["x"]}
    assert hpopt.fidelity("epochs") == 3
    for _ in range(3):
        if hpopt.report(val_acc=trial.params["x"]):
            break
    return float(trial.params["x"])


@pytest.mark.parametrize("in_process", [False, True])
def test_in_an_objective_they_act_on_its_trial(in_process: bool) -> None:
    study = hpopt.Study.open("study", space={"x": hpopt.Float(0, 1)}, full_steps=3, trials=2)
    study.optimize(objective, in_process=in_process)
    for trial in study.trials:
        assert trial.state in ("complete", "stopped", "paused"), trial.reason
        assert [step for step, _ in trial.reports] == [1, 2, 3][: len(trial.reports)]
    assert any(trial.state == "complete" for trial in study.trials)


def test_an_objective_must_say_which_number_is_its_score() -> None:
    study = hpopt.Study.open("study", space={"x": hpopt.Float(0, 1)}, trials=1)

    def several(trial: hpopt.Trial) -> float:
        with pytest.raises(hpopt.InvalidInput, match="loss, acc"):
            hpopt.report(1, loss=1, acc=2)
        hpopt.report(1, loss=1, score=2)
        return 2

    study.optimize(several, in_process=True)
    assert study.best_score == 2


def test_a_dict_in_the_first_place_is_the_original_s_form() -> None:
    with pytest.raises(hpopt.InvalidInput, match="get_next_sample"):
        hpopt.report({"lr": 1}, 0.5)
    with pytest.raises(hpopt.InvalidInput, match="get_next_sample"):
        hpopt.report(config={"lr": 1}, score=0.5, current_iters=3)


def test_importing_it_brings_no_heavy_library() -> None:
    program = dedent(
        """
        import json, sys
        import hpopt
        hpopt.report(1, 0.5)
        heavy = {"numpy", "pandas", "torch", "cloudpickle"} & set(sys.modules)
        print(json.dumps(sorted(heavy)))
        """
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert json.loads(done.stdout) == []
