"""What optimize() shows while it runs."""

from __future__ import annotations

import re
import threading
import time

import pytest

import hpopt

SPACE = {"x": hpopt.Float(0, 1)}


def objective(trial: hpopt.Trial) -> float:
    return float(trial.params["x"])


def drawn(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return re.split(r"\r\x1b\[K", capsys.readouterr().err.rstrip("\n"))[1:]


def test_a_bar_of_the_trials(capsys: pytest.CaptureFixture[str]) -> None:
    study = hpopt.Study.open("s", storage="memory:", space=SPACE, trials=5)
    study.optimize(objective, in_process=True, progress=True)
    assert re.fullmatch(
        r"\[#{24}\]  0:00  5 of 5 trials  best [01](\.\d+)? \(trial \d\)", drawn(capsys)[-1]
    )


def test_a_bar_of_the_time(capsys: pytest.CaptureFixture[str]) -> None:
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    study.optimize(
        objective,
        in_process=True,
        time=60,
        trials=3,
        progress=True,
    )
    assert re.match(r"\[#?-{23,24}\]  0:0\d of 1:00  3 trials", drawn(capsys)[-1])


def test_no_line_is_longer_than_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    study = hpopt.Study.open("s", storage="memory:", space=SPACE, trials=2)
    study.optimize(objective, in_process=True, progress=True)
    assert [len(line) for line in drawn(capsys)] == [29]


def test_nowhere_to_show_it_ends_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def write(self, _: str) -> int:
            raise OSError("no space is left")

    def slow(trial: hpopt.Trial) -> float:
        time.sleep(0.1)
        return 0.0

    monkeypatch.setattr("sys.stderr", Full())
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    with pytest.raises(OSError, match="no space"):
        study.optimize(slow, in_process=True, trials=100, progress=True)
    assert not any(thread.name == "hpopt" for thread in threading.enumerate())


def test_tracebacks_of_several_workers_do_not_mix(capfd: pytest.CaptureFixture[str]) -> None:
    def fail(trial: hpopt.Trial) -> float:
        if trial.number > 2:
            raise ValueError(f"no luck {trial.number}")
        return 0.0

    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    study.optimize(fail, trials=20, workers=4)
    said = capfd.readouterr().err
    whole = re.findall(
        r"trial (\d+) failed:\nTraceback .*\n(?:  .*\n)+ValueError: no luck \1\n", said
    )
    assert len(whole) == said.count("Traceback") == sum(t.state == "failed" for t in study.trials)
