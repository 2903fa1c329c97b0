"""Workers are forked from one process that has loaded the objective, where that can be."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import hpopt

SPACE = {"x": hpopt.Float(0, 1)}

Load = Callable[[str], Callable[[hpopt.Trial], float]]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Load]:
    """Writes a module and imports its objective; each process that imports it leaves a mark."""
    marked = (
        f"import os, sys\nopen({str(tmp_path / 'imports')!r}, 'a').write(f'{{os.getpid()}}\\n')\n"
    )

    def write(text: str) -> Callable[[hpopt.Trial], float]:
        (tmp_path / "loaded_once.py").write_text(marked + text)
        module = importlib.import_module("loaded_once")
        (tmp_path / "imports").unlink()
        objective: Callable[[hpopt.Trial], float] = module.objective
        return objective

    monkeypatch.syspath_prepend(str(tmp_path))
    yield write
    sys.modules.pop("loaded_once", None)


def imports(tmp_path: Path) -> list[str]:
    return (tmp_path / "imports").read_text().splitlines()


def lines(tmp_path: Path, name: str) -> list[str]:
    return (tmp_path / name).read_text().splitlines()


CURVE = """
def objective(trial):
    score = 0.0
    for step in trial.steps(27):
        score = trial.params["x"] * step
        if trial.report(step, score):
            break
    return score
"""


def test_many_workers_one_import(load: Load, tmp_path: Path) -> None:
    objective = load(CURVE)
    study = hpopt.Study.open(
        "s", storage="memory:", space=SPACE, full_steps=27, early_stop="hyperband", min_steps=3
    )
    summary = study.optimize(objective, trials=15, workers=2)
    assert summary.complete > 0
    assert len(imports(tmp_path)) == 1


def test_where_threads_run_each_worker_loads_it(load: Load, tmp_path: Path) -> None:
    objective = load(
        """
import threading
threading.Thread(target=threading.Event().wait, daemon=True).start()

def objective(trial):
    return trial.params["x"]
"""
    )
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    assert study.optimize(objective, trials=6, workers=2).complete == 6
    assert 1 <= len(imports(tmp_path)) <= 2


def test_what_cannot_be_loaded_is_said(
    load: Load, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    objective = load(
        """
if os.environ.get("HPOPT_WORKER"):
    raise RuntimeError("no data here")

def objective(trial):
    return 1.0
"""
    )
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    with pytest.raises(hpopt.InvalidInput, match="no data here"):
        study.optimize(objective, trials=10)
    assert "RuntimeError: no data here" in capfd.readouterr().err


def test_a_crash_while_it_is_loaded_fails_trials(load: Load) -> None:
    objective = load(
        """
if os.environ.get("HPOPT_WORKER"):
    os.abort()

def objective(trial):
    return 1.0
"""
    )
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    with pytest.raises(hpopt.InvalidInput, match=r"SIGABRT|signal 6"):
        study.optimize(objective, trials=10)


def test_how_a_worker_died_is_known(load: Load) -> None:
    objective = load(
        """
import signal

def objective(trial):
    if trial.number == 2:
        os._exit(7)
    if trial.number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return trial.params["x"]
"""
    )
    study = hpopt.Study.open("s", storage="memory:", space=SPACE, early_stop="none")
    study.optimize(objective, trials=5)
    reasons = {each.number: (each.state, each.reason) for each in study.trials}
    assert reasons[2][0] == "failed"
    assert "7" in reasons[2][1]
    assert reasons[3][0] == "out_of_memory"


def test_workers_go_on_when_what_forked_them_is_killed(load: Load, tmp_path: Path) -> None:
    objective = load(
        """
import signal

def objective(trial):
    if trial.number == 2:
        os.kill(os.getppid(), signal.SIGKILL)
    return trial.params["x"]
"""
    )
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    assert study.optimize(objective, trials=6).complete == 6
    assert len(imports(tmp_path)) == 1


def test_random_numbers_differ(load: Load, tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    drawn = tmp_path / "drawn"
    objective = load(
        f"""
import random
import numpy

def objective(trial):
    with open({str(drawn)!r}, "a") as file:
        file.write(f"{{random.random()}} {{numpy.random.random()}}\\n")
    os._exit(1)
"""
    )
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    with pytest.raises(hpopt.InvalidInput):
        study.optimize(objective, trials=4)
    pairs = [line.split() for line in lines(tmp_path, "drawn")]
    assert len(pairs) > 1
    assert len({ours for ours, _ in pairs}) == len({theirs for _, theirs in pairs}) == len(pairs)


def test_what_is_registered_for_the_exit_is_done_by_who_did_it(load: Load, tmp_path: Path) -> None:
    said = tmp_path / "said"
    objective = load(
        f"""
import atexit, tempfile

def say(what):
    with open({str(said)!r}, "a") as file:
        file.write(what + "\\n")

atexit.register(say, "module")
folder = tempfile.TemporaryDirectory()

def objective(trial):
    atexit.register(say, "trial")
    assert os.path.isdir(folder.name)
    return trial.params["x"]
"""
    )
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    assert study.optimize(objective, trials=1).complete == 1
    assert sorted(lines(tmp_path, "said")) == ["module", "trial"]


def test_each_is_named_in_its_own_environment(load: Load, tmp_path: Path) -> None:
    said = tmp_path / "said"
    objective = load(
        f"""
import subprocess, time

def objective(trial):
    named = subprocess.run(["sh", "-c", "echo $HPOPT_WORKER"], capture_output=True, text=True)
    with open({str(said)!r}, "a") as file:
        file.write(f"{{os.getsid(0) == os.getpid()}} {{named.stdout.strip()}}\\n")
    time.sleep(0.2)
    return trial.params["x"]
"""
    )
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    study.optimize(objective, trials=6, workers=2)
    told = set(lines(tmp_path, "said"))
    assert len(told) == 2
    assert all(line.startswith("True ") for line in told)
