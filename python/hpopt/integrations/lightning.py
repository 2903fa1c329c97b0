"""A Lightning callback that reports a trial's score, ends it in time, and keeps its checkpoint.

    hpopt_callback = HpoptCallback(monitor="val_acc")
    trainer = Trainer(max_epochs=50, callbacks=[hpopt_callback])
    trainer.fit(module, ckpt_path=hpopt_callback.checkpoint)

For `lightning` 2 and `pytorch_lightning` 2, whichever was imported before. Works in a script under
`hpopt run` and, with or without `trial`, in an objective; outside of a trial it does nothing.
A step is an epoch, or a validation where there are several in an epoch. The checkpoint is saved
before the score is told, so that nothing is lost by a pause. On several devices all ranks hear the
verdict.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

from hpopt import script
from hpopt.errors import InvalidInput, Unavailable
from hpopt.integrations.torch_memory import memory_short
from hpopt.scores import as_score
from hpopt.trial import Trial, Verdict, current

__all__ = ["HpoptCallback"]

_FILE = "trainer.ckpt"


def _callback() -> Any:
    names = ("lightning.pytorch", "pytorch_lightning")
    for name in sorted(names, key=lambda name: name not in sys.modules):
        try:
            return importlib.import_module(f"{name}.callbacks").Callback
        except ImportError:
            continue
    raise Unavailable(
        "Lightning is not installed", "hpopt.integrations.lightning", "pip install lightning"
    )


class HpoptCallback(_callback()):  # type: ignore[misc]
    """Reports what the module logs under one name.

    Attributes:
        verdict: Why the training was ended early, if it was; else CONTINUE.
        score: What was reported last; None: nothing.
    """

    def __init__(
        self, trial: Trial | None = None, *, monitor: str = "val_acc", checkpoint: bool = True
    ) -> None:
        """`monitor`: the name under which the module logs the score.

        `checkpoint=False` keeps none, as for strategies that write a folder of shards.
        """
        super().__init__()
        self.verdict = Verdict.CONTINUE
        self.score: float | None = None
        self._trial = trial if trial is not None else current()
        self._monitor = monitor
        self._validations = 0
        self._validated = False
        folder = self._trial.checkpoint_dir if self._trial is not None else script.checkpoint_dir()
        self._path = os.path.join(folder, _FILE) if folder and checkpoint else None

    @property
    def checkpoint(self) -> str | None:
        """What an earlier run of the trial has left, for `Trainer.fit(..., ckpt_path=)`."""
        return self._path if self._path and os.path.exists(self._path) else None

    def state_dict(self) -> dict[str, Any]:
        return {"validations": self._validations, "score": self.score}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self._validations = state_dict["validations"]
        self.score = state_dict["score"]

    def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
        if trainer.sanity_checking or trainer.state.fn != "fit":
            return
        self._validations += 1
        self._validated = True
        if not _validates_at_epoch_end(trainer):
            self._finish_step(trainer, self._validations)

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        if _validates_at_epoch_end(trainer) and (self._validated or not trainer.enable_validation):
            self._finish_step(trainer, trainer.current_epoch + 1)

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        if (short := memory_short(exception)) is not None:
            script.out_of_memory(short)

    def _finish_step(self, trainer: Any, step: int) -> None:
        self._validated = False
        self.score = self._monitored(trainer)
        if self._path is not None:
            _save(trainer, self._path)
        verdict = self._report(trainer, step) if trainer.is_global_zero else Verdict.CONTINUE
        self.verdict = Verdict(trainer.strategy.broadcast(verdict.value))
        trainer.should_stop = trainer.should_stop or bool(self.verdict)

    def _monitored(self, trainer: Any) -> float:
        if self._monitor not in trainer.callback_metrics:
            raise InvalidInput(
                f"nothing is logged as {self._monitor!r}",
                "HpoptCallback(monitor=...)",
                f"logged are: {', '.join(sorted(trainer.callback_metrics)) or 'no metrics'}",
            )
        return as_score(trainer.callback_metrics[self._monitor], self._monitor)

    def _report(self, trainer: Any, step: int) -> Verdict:
        score = self.score
        assert score is not None
        if self._trial is None:
            return script.say(step, {"score": score})
        return self._trial.report(step, score)


def _validates_at_epoch_end(trainer: Any) -> bool:
    """So that the epoch is whole when its checkpoint is saved: as Lightning's own callback does."""
    return bool(trainer.val_check_interval == 1.0)


def _save(trainer: Any, path: str) -> None:
    unfinished = f"{path}.new"
    trainer.save_checkpoint(unfinished)  # on every rank; waits for all of them
    if trainer.is_global_zero:
        os.replace(unfinished, path)
