"""Hooks forward what logging libraries are told; with the real libraries where they are there."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import warnings
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from runs import run

import hpopt
from hpopt.hooks import install
from hpopt.hooks._forward import forward
from hpopt.hooks._metrics import Logged, as_number, logged
from hpopt.hooks._on_import import on_import


def needs(module: str) -> pytest.MarkDecorator:
    top = module.partition(".")[0]
    return pytest.mark.skipif(find_spec(top) is None, reason=f"{top} is not installed")


class Scalar:
    def __init__(self, value: Any) -> None:
        self._value = value

    def item(self) -> Any:
        if isinstance(self._value, Exception):
            raise self._value
        return self._value


def test_numbers_are_told_from_what_is_none() -> None:
    assert as_number(3) == 3.0
    assert as_number(Scalar(0.5)) == 0.5
    for other in (None, True, "3", b"3", [1], {}, object(), Scalar(True), Scalar("a"), 10**400):
        assert as_number(other) is None
    assert as_number(Scalar(ValueError("only one element"))) is None


def test_the_step_is_the_epoch_then_what_was_given_then_other_words() -> None:
    assert logged({"acc": 1}) == Logged(None, {"acc": 1})
    assert logged({"acc": 1}, step=7) == Logged(7, {"acc": 1})
    assert logged({"acc": 1, "epoch": 3}, step=700) == Logged(3, {"acc": 1})
    assert logged({"acc": 1, "train/epoch": 3, "train/global_step": 90}) == Logged(3, {"acc": 1})
    assert logged({"acc": 1, "iteration": 4}) == Logged(4, {"acc": 1})
    assert logged({"acc": 1, "trainer/global_step": 9}, step=7) == Logged(7, {"acc": 1})


def test_nested_names_are_joined_and_other_things_passed_over() -> None:
    data = {"val": {"acc": 0.5, "picture": object()}, "note": "best", "loss": Scalar(2)}
    assert logged(data) == Logged(None, {"val.acc": 0.5, "loss": 2})


def test_a_wrapped_method_tells_once_and_returns_what_it_did(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[Any] = []
    monkeypatch.setattr("hpopt.script.say", lambda step, metrics: told.append((step, metrics)))

    class Logger:
        def log(self, data: dict[str, Any], step: int | None = None) -> str:
            """Its words."""
            return f"logged {step}"

    class Early(Logger):
        def log(self, data: dict[str, Any], step: int | None = None) -> str:
            return super().log(data, step)

    forward(Logger, "log", lambda logger, data, step=None: logged(data, step))

    class Late(Early):
        def log(self, data: dict[str, Any], step: int | None = None) -> str:
            return super().log(data, step)

    for kind in (Logger, Early, Late):
        assert kind().log({"acc": 1}, step=2) == "logged 2"
        assert told.pop() == (2, {"acc": 1})
        assert told == []
    assert Logger.log.__doc__ == "Its words."
    Logger().log({"note": "no number"})
    assert told == []


def test_what_the_library_raises_is_raised_and_what_the_hook_finds_odd_is_not() -> None:
    class Logger:
        def log(self, data: Any) -> None:
            if data is None:
                raise ValueError("its own")

    forward(Logger, "log", lambda logger, data: logged(data))
    with pytest.raises(ValueError, match="its own"):
        Logger().log(None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Logger().log({"acc": 1})


def test_modules_are_seen_whenever_they_are_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "__init__.py").write_text("")
    (tmp_path / "later" / "inner.py").write_text("VALUE = 1")
    (tmp_path / "later" / "broken.py").write_text("raise ImportError('no')")
    monkeypatch.syspath_prepend(tmp_path)
    seen: list[str] = []
    on_import("later.inner", lambda module: seen.append(f"{module.VALUE}"))
    on_import("later.broken", lambda module: seen.append("never"))
    assert seen == []
    import later.inner  # type: ignore[import-not-found]

    assert seen == ["1"]
    assert type(later.inner.__spec__.loader).__name__ == "SourceFileLoader"
    on_import("later.inner", lambda module: seen.append("at once"))
    assert seen == ["1", "at once"]
    with pytest.raises(ImportError, match="no"):
        import later.broken  # type: ignore[import-not-found]
    with pytest.raises(ModuleNotFoundError):
        import later.nowhere  # type: ignore[import-not-found]


def test_there_are_three_hooks() -> None:
    with pytest.raises(hpopt.InvalidInput, match="wandb, tensorboard, lightning"):
        install("mlflow")


WANDB = """
    import wandb
    run = wandb.init(project="p", dir=".", settings=wandb.Settings(silent=True))
    for epoch in range(1, 4):
        wandb.log({"epoch": epoch, "val": {"acc": epoch / 10}, "note": "text"})
    run.log({"loss": 3.0}, step=5)
    wandb.finish()
"""


@needs("wandb")
@pytest.mark.parametrize("mode", ["disabled", "offline"])
def test_wandb_is_heard(mode: str) -> None:
    heard = run(WANDB, metric="val.acc:max", prefix=("-m", "hpopt.hooks"), WANDB_MODE=mode)
    assert heard.code == 0, heard.output
    assert heard.scores() == [(1, 0.1), (2, 0.2), (3, 0.3)]
    assert heard.metrics()["loss"] == [(5, 3)]


@needs("wandb")
def test_a_hook_may_be_installed_after_the_import() -> None:
    script = "import wandb, hpopt.hooks\nhpopt.hooks.install('wandb')\n" + dedent(WANDB)
    heard = run(script, metric="val.acc:max", WANDB_MODE="disabled")
    assert heard.scores() == [(1, 0.1), (2, 0.2), (3, 0.3)]


AT_START = pytest.mark.skipif(
    not (Path(sysconfig.get_path("platlib")) / "hpopt_hook.pth").exists(),
    reason="the package is not installed",
)


@AT_START
@needs("wandb")
def test_the_environment_is_enough() -> None:
    heard = run(WANDB, metric="val.acc:max", WANDB_MODE="disabled", HPOPT_HOOK="wandb")
    assert heard.scores() == [(1, 0.1), (2, 0.2), (3, 0.3)]


@AT_START
def test_an_unknown_hook_costs_a_line_and_not_the_script() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "print('ran')"],
        env={**os.environ, "HPOPT_HOOK": "wandb, mlflow"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "ran\n"
    assert done.stderr.startswith("HPOPT_HOOK: hooks: there is no hook 'mlflow'")


@needs("wandb")
def test_without_a_hook_hpopt_says_how() -> None:
    slow = dedent(WANDB) + "import time\ntime.sleep(1)\nrun = wandb.init()\ntime.sleep(1)\n"
    heard = run(slow, metric="val.acc:max", WANDB_MODE="offline")
    assert heard.code == 1
    assert "HPOPT_HOOK=wandb" in heard.output


WRITER = """
    from {module} import SummaryWriter
    writer = SummaryWriter("runs")
    for epoch in range(3):
        writer.add_scalar("val/acc", epoch / 10, epoch)
        writer.add_scalars("losses", {{"train": 3, "val": 4.5}}, global_step=epoch)
    writer.close()
"""


@pytest.mark.parametrize(
    "module",
    [
        pytest.param("torch.utils.tensorboard", marks=[needs("torch"), needs("tensorboard")]),
        pytest.param("tensorboardX", marks=needs("tensorboardX")),
    ],
)
def test_summary_writers_are_heard(module: str) -> None:
    heard = run(
        WRITER.format(module=module), metric="val/acc:max", prefix=("-m", "hpopt.hooks"),
        HPOPT_HOOK="tensorboard",
    )  # fmt: skip
    assert heard.code == 0, heard.output
    assert heard.scores() == [(1, 0), (2, 0.1), (3, 0.2)]
    assert heard.metrics()["losses/val"] == [(1, 4.5), (2, 4.5), (3, 4.5)]


@needs("tensorboardX")
def test_in_an_objective_the_score_goes_to_its_trial() -> None:
    def objective(trial: hpopt.Trial) -> float:
        import tensorboardX

        import hpopt.hooks

        hpopt.hooks.install("tensorboard")
        with tensorboardX.SummaryWriter(trial.checkpoint_dir) as writer:
            for step in (1, 2):
                writer.add_scalars("all", {"loss": 9, "time": 9}, step)
                writer.add_scalar("acc", step / 4, step)
        return 0.5

    study = hpopt.Study.open("s", objectives="acc:max", space={"x": hpopt.Float(0, 1)}, trials=1)
    study.optimize(objective)
    assert study.trials[0].reports[:2] == [(1, 0.25), (2, 0.5)], study.trials[0].reason


@needs("tensorboardX")
def test_a_hooked_script_is_ended_when_it_is_to_stop() -> None:
    heard = run(
        """
        import time
        from tensorboardX import SummaryWriter
        writer = SummaryWriter("runs")
        for epoch in range(1, 100):
            print("began", epoch, flush=True)
            writer.add_scalar("acc", epoch, epoch)
            time.sleep(0.05)
        """,
        metric="acc:max", words=("--epochs", "~fidelity(1,5)"), prefix=("-m", "hpopt.hooks"),
    )  # fmt: skip
    assert heard.trials[0]["state"] == "complete", heard.output
    log = next(Path(".hpopt/trials").glob("*/1/log")).read_text()
    assert log.splitlines()[-1] == "began 6", "at once, and not a second later"


@pytest.mark.parametrize(
    "package",
    [
        pytest.param("lightning.pytorch", marks=needs("lightning")),
        pytest.param("pytorch_lightning", marks=needs("pytorch_lightning")),
    ],
)
def test_lightning_loggers_are_heard(package: str) -> None:
    heard = run(
        f"""
        import {package} as L
        from boring import Boring
        trainer = L.Trainer(max_epochs=3, logger=L.loggers.CSVLogger("logs"), accelerator="cpu",
                            enable_progress_bar=False, enable_model_summary=False)
        trainer.fit(Boring())
        """,
        metric="val_acc:max",
        HPOPT_HOOK="lightning",
        prefix=("-m", "hpopt.hooks"),
    )
    assert heard.code == 0, heard.output
    assert [step for step, _ in heard.scores()] == [1, 2, 3]


def test_the_launcher_runs_a_script_or_a_module_as_python_does(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("NAME = 'beside'")
    (tmp_path / "script.py").write_text(
        "import sys, beside\nprint(__name__, sys.argv[1:], beside.NAME)"
    )
    for words in (["script.py"], ["-m", "script"]):
        done = subprocess.run(
            [sys.executable, "-m", "hpopt.hooks", *words, "--lr", "1"],
            cwd=tmp_path, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stdout == "__main__ ['--lr', '1'] beside\n"
    usage = subprocess.run([sys.executable, "-m", "hpopt.hooks"], capture_output=True, text=True)
    assert usage.returncode == 1 and "usage:" in usage.stderr
