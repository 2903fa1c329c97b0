"""optimize(): in processes of its own, and in this one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import hpopt
from hpopt.trial import current

SPACE = {"x": hpopt.Float(0, 1)}


@pytest.mark.parametrize("in_process", [False, True])
def test_a_function_is_optimized(in_process: bool) -> None:
    study = hpopt.Study.open("s", storage="memory:", space=SPACE, early_stop="none")
    summary = study.optimize(
        lambda trial: -((trial.params["x"] - 0.7) ** 2), trials=25, in_process=in_process
    )
    assert summary.outcome == "finished"
    assert summary.complete == 25
    assert summary.best is not None
    assert abs(summary.best.params["x"] - 0.7) < 0.15
    assert "25" in summary.full()


@pytest.mark.parametrize("in_process", [False, True])
def test_define_by_run_and_reports(in_process: bool) -> None:
    def objective(trial: hpopt.Trial) -> float:
        assert current() is trial
        lr = trial.suggest_float("lr", 1e-4, 1, log=True)
        layers = trial.suggest_int("layers", 1, 3)
        kind = trial.suggest_categorical("kind", ["a", ("b", 2)])
        assert kind in ["a", ("b", 2)]
        score = 0.0
        for step in trial.steps(5):
            score = step * lr / layers
            if trial.report(step, score):
                break
        return score

    study = hpopt.Study.open("s", storage="memory:", full_steps=5)
    summary = study.optimize(objective, trials=12, workers=2, in_process=in_process)
    assert summary.best is not None
    assert set(summary.best.params) == {"lr", "layers", "kind"}
    assert any(len(each.reports) == 5 for each in study.trials)


@pytest.mark.parametrize("in_process", [False, True])
def test_an_exception_fails_its_trial_and_the_study_goes_on(in_process: bool) -> None:
    def objective(trial: hpopt.Trial) -> float:
        if trial.number % 3 == 0:
            raise KeyError("missing")
        return float(trial.params["x"])

    study = hpopt.Study.open("s", storage="memory:", space=SPACE, early_stop="none")
    summary = study.optimize(objective, trials=9, in_process=in_process)
    assert summary.failed == 3
    failed = [each for each in study.trials if each.state == "failed"]
    assert all(each.reason.startswith("KeyError: 'missing'") for each in failed)


def test_a_process_that_dies_fails_its_trial() -> None:
    def objective(trial: hpopt.Trial) -> float:
        if trial.number == 2:
            os.kill(os.getpid(), signal.SIGSEGV)
        return float(trial.params["x"])

    study = hpopt.Study.open("s", storage="memory:", space=SPACE, early_stop="none")
    summary = study.optimize(objective, trials=5)
    assert (summary.complete, summary.failed) == (4, 1)


def test_the_deadline_holds_though_the_objective_never_returns() -> None:
    def objective(trial: hpopt.Trial) -> float:
        import signal as signals

        signals.signal(signals.SIGTERM, signals.SIG_IGN)
        trial.report(1, trial.params["x"])
        while True:
            time.sleep(1)

    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    begun = time.monotonic()
    summary = study.optimize(objective, time=3, workers=2)
    assert time.monotonic() - begun < 4.0 + 0.5
    assert summary.outcome == "time_up"
    assert summary.best is not None


def test_a_process_that_the_objective_forks_speaks_for_no_trial() -> None:
    def objective(trial: hpopt.Trial) -> float:
        child = os.fork()
        if child == 0:
            trial.report(1, 100.0)  # raises, through all that is above it in the worker
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
        trial.report(1, 1.0)
        return 2.0

    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    assert study.optimize(objective, trials=4, workers=2).complete == 4
    assert {each.score for each in study.trials} == {2.0}


def test_a_module_of_the_working_directory_is_none_of_pythons(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "socket.py").write_text("raise ImportError('this is my own')")
    script = tmp_path / "script.py"
    script.write_text(
        "import hpopt\n"
        "study = hpopt.Study.open('s', storage='memory:', space={'x': hpopt.Float(0, 1)})\n"
        "print(study.optimize(lambda trial: 1.0, trials=2).complete)\n"
    )
    run = subprocess.run(
        [sys.executable, script], cwd=tmp_path / "here", capture_output=True, text=True
    )
    assert run.stdout == "2\n", run.stderr


def test_what_cannot_be_sent_is_said() -> None:
    lock = threading.Lock()

    def objective(trial: hpopt.Trial) -> float:
        with lock:
            return 1.0

    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    with pytest.raises(hpopt.InvalidInput, match="in_process"):
        study.optimize(objective, trials=1)
    assert study.optimize(objective, trials=1, in_process=True).complete == 1


def test_nothing_bounds_it() -> None:
    with pytest.raises(hpopt.InvalidInput):
        hpopt.Study.open("s", storage="memory:").optimize(lambda trial: 1.0)


def test_ctrl_c_pauses_and_the_same_command_goes_on(tmp_path: Path) -> None:
    script = tmp_path / "tune.py"
    script.write_text(
        "import time, hpopt\n"
        "def objective(trial):\n"
        "    for step in trial.steps(400):\n"
        "        time.sleep(0.01)\n"
        "        if trial.report(step, trial.params['x'] * step): break\n"
        "    return trial.params['x']\n"
        "study = hpopt.Study.open('s', space={'x': hpopt.Float(0, 1)}, full_steps=400)\n"
        "study.optimize(objective, trials=3, workers=2)\n"
    )
    process = subprocess.Popen([sys.executable, script], stderr=subprocess.PIPE, text=True)
    store = tmp_path / ".hpopt"
    end = time.monotonic() + 20
    while time.monotonic() < end:
        time.sleep(0.3)
        if store.exists() and hpopt.Study.open("s").best is not None:
            break
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert "KeyboardInterrupt" in said
    states = {each.state for each in hpopt.Study.open("s").trials}
    assert "running" not in states
    subprocess.run([sys.executable, script], check=True, timeout=120)
    assert hpopt.Study.open("s").summary().complete >= 1


@pytest.mark.parametrize("where", ["in_process=True", "workers=2"])
def test_ctrl_c_returns_when_all_is_paused(tmp_path: Path, where: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import hpopt, time\n"
        "def objective(trial):\n"
        f"    open({str(tmp_path / 'runs')!r}, 'w').close()\n"
        "    time.sleep(0.7)\n"
        "    return trial.params['x']\n"
        "study = hpopt.Study.open('s', storage='memory:', space={'x': hpopt.Float(0, 1)})\n"
        "try:\n"
        f"    study.optimize(objective, trials=100, {where})\n"
        "except KeyboardInterrupt:\n"
        "    print({each.state for each in study.trials} - {'complete'})\n"
        "    raise\n"
    )
    process = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    end = time.monotonic() + 20
    while not (tmp_path / "runs").exists() and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    states, said = process.communicate(timeout=20)
    assert states in ("{'paused'}\n", "set()\n")
    assert "KeyboardInterrupt" in said
    assert "leaked" not in said


def test_eight_processes_share_a_study(tmp_path: Path) -> None:
    script = tmp_path / "tune.py"
    script.write_text(
        "import hpopt\n"
        "study = hpopt.Study.open('s', space={'x': hpopt.Float(0, 1)}, early_stop='none')\n"
        "study.optimize(lambda trial: trial.params['x'], trials=80, in_process=True)\n"
    )
    running = [subprocess.Popen([sys.executable, script]) for _ in range(8)]
    assert [process.wait(timeout=120) for process in running] == [0] * 8
    trials = hpopt.Study.open("s").trials
    complete = [each for each in trials if each.state == "complete"]
    assert len(complete) == 80
    assert len({each.params["x"] for each in complete}) == 80
