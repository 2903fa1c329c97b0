"""The Lightning callback: reports, verdicts and checkpoints; with the real Lightning."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from runs import run

import hpopt

pytest.importorskip("torch", reason="torch is not installed; ./dev test-torch installs it")
lightning = pytest.importorskip("lightning.pytorch", reason="lightning is not installed")

from boring import Boring  # noqa: E402

from hpopt.integrations.lightning import HpoptCallback  # noqa: E402


def fit(
    callback: HpoptCallback, module: Boring | None = None, epochs: int = 5, **options: Any
) -> Any:
    trainer = lightning.Trainer(
        max_epochs=epochs, callbacks=[callback], accelerator="cpu", logger=False,
        enable_checkpointing=False, enable_progress_bar=False, enable_model_summary=False,
        **options,
    )  # fmt: skip
    trainer.fit(module or Boring(), ckpt_path=callback.checkpoint)
    return trainer


def study(**options: Any) -> hpopt.Study:
    return hpopt.Study.open(
        "study", space={"x": hpopt.Float(0, 1)}, objectives="val_acc:max", **options
    )


def test_outside_of_a_trial_it_changes_nothing() -> None:
    callback = HpoptCallback(monitor="val_acc")
    assert callback.checkpoint is None
    assert fit(callback, epochs=2).current_epoch == 2
    assert callback.score == pytest.approx(0.02)
    assert list(Path.cwd().iterdir()) == []


def test_each_epoch_is_a_step_and_the_sanity_check_is_none() -> None:
    with study(full_steps=5, trials=1).ask() as trial:
        fit(HpoptCallback(trial))
    asked = study(full_steps=5, trials=1)
    with asked.ask() as trial:
        fit(HpoptCallback(trial))
        asked.tell(trial, 0.05)
    [told] = [trial for trial in asked.trials if trial.state == "complete"]
    assert [step for step, _ in told.reports] == [1, 2, 3, 4, 5]
    assert [score for _, score in told.reports] == pytest.approx([0.01, 0.02, 0.03, 0.04, 0.05])


def test_validations_within_an_epoch_are_steps_of_their_own() -> None:
    asked = study(full_steps=4, trials=1)
    with asked.ask() as trial:
        fit(HpoptCallback(trial, monitor="val_loss"), epochs=2, val_check_interval=0.5)
        asked.tell(trial, 1)
    assert [step for step, _ in asked.trials[0].reports] == [1, 2, 3, 4]


def test_it_validates_as_often_as_the_trainer_does() -> None:
    asked = study(full_steps=6, trials=1)
    with asked.ask() as trial:
        fit(HpoptCallback(trial), epochs=6, check_val_every_n_epoch=3)
        asked.tell(trial, 1)
    assert [step for step, _ in asked.trials[0].reports] == [3, 6]


def test_a_name_that_is_not_logged_is_an_error_that_names_those_that_are() -> None:
    with pytest.raises(hpopt.InvalidInput, match="val_acc, val_loss"):
        fit(HpoptCallback(monitor="accuracy"))


def objective(trial: hpopt.Trial) -> float:
    callback = HpoptCallback(trial)
    fit(callback, Boring(lambda epoch: trial.params["x"] + epoch / 100), epochs=9)
    assert callback.score is not None
    return callback.score


def test_a_trial_that_is_not_worth_it_is_ended() -> None:
    ended = study(full_steps=9, trials=6, early_stop="median", seed=3)
    ended.optimize(objective, in_process=True)
    states = {trial.state for trial in ended.trials}
    assert "complete" in states and states <= {"complete", "stopped", "paused"}
    assert any(len(trial.reports) < 9 for trial in ended.trials)


SCRIPT = """
    import os, time
    import {package} as L
    from boring import Boring
    from hpopt.integrations.lightning import HpoptCallback

    class Slow(L.Callback):
        def on_train_epoch_start(self, trainer, module):
            print("began epoch", trainer.current_epoch + 1, flush=True)
            if trainer.current_epoch == 3 and not os.path.exists("killed"):
                open("killed", "w").close()
                time.sleep(60)

    callback = HpoptCallback(monitor="val_acc")
    trainer = L.Trainer(max_epochs=6, callbacks=[callback, Slow()], accelerator="cpu",
                        logger=False, enable_checkpointing=False, enable_progress_bar=False,
                        enable_model_summary=False)
    trainer.fit(Boring(), ckpt_path=callback.checkpoint)
"""


@pytest.mark.parametrize("package", ["lightning.pytorch", "pytorch_lightning"])
def test_a_killed_training_goes_on_from_its_checkpoint(package: str) -> None:
    pytest.importorskip(package)
    script = SCRIPT.format(package=package)
    first = run(script, metric="val_acc:max", time="120s", kill_at="killed")
    assert first.code == -9
    second = run(script, metric="val_acc:max", time="120s")
    assert second.code == 0, second.output
    assert [step for step, _ in second.scores()] == [1, 2, 3, 4, 5, 6]
    log = next(Path(".hpopt/trials").glob("*/1/log")).read_text()
    assert log.count("began epoch 3") == 1 and log.count("began epoch 4") == 2, log
