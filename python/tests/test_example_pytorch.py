"""examples/pytorch runs as its README says, for some seconds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from runs import run

pytest.importorskip("torch", reason="torch is not installed; ./dev test-torch installs it")
pytest.importorskip("mlxtend", reason="mlxtend is not installed; ./dev test-torch installs it")

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "pytorch"


def test_by_hpopt_run() -> None:
    heard = run(
        [sys.executable, str(EXAMPLE / "train.py"), "--lr", "~log(1e-4,1e-2)"],
        metric="accuracy:max", trials=100, time="20s",
        words=("--subset", "500", "--epochs", "~fidelity(1,4)"),
    )  # fmt: skip
    assert heard.code == 0, heard.output
    assert 0 < heard.ask("best")["score"] <= 1
    assert "loss" in heard.metrics()


def test_by_study_optimize_and_once_more() -> None:
    words = ["--time", "12s", "--subset", "500", "--epochs", "4"]
    for _ in range(2):  # the second time there is its answer
        done = subprocess.run(
            [sys.executable, EXAMPLE / "tune.py", *words],
            capture_output=True, text=True, timeout=120, env=dict(os.environ),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "best 0." in done.stdout, done.stdout


def test_by_itself() -> None:
    done = subprocess.run(
        [sys.executable, EXAMPLE / "train.py", "--subset", "500", "--epochs", "2"],
        capture_output=True, text=True, timeout=120, env=dict(os.environ),
    )  # fmt: skip
    assert done.returncode == 0 and "validation accuracy: 0." in done.stdout, done.stderr
