"""A training loop that goes on where it was left, for PyTorch.

    with Loop(model=model, optimizer=optimizer, scheduler=scheduler) as loop:
        for epoch in loop.epochs(50):
            train_one_epoch(model, optimizer)
            scheduler.step()
            loop.report(accuracy(model))
    return loop.score

At the end of each epoch the loop saves what it was given, with the states of the random number
generators, then tells the score, and ends when the trial is not to go on. Entered again, in another
process, it restores all of it and continues with the epoch after the last saved one. Memory that
runs out (CUDA, ROCm, XPU, MPS, the machine's) is told to hpopt, which tries again with a smaller
batch. Outside of a trial it is a plain loop; with `checkpoint_dir` one that can be interrupted.

Works in a script under `hpopt run` and, with or without `trial`, in an objective. Under
`torch.distributed` every rank runs the loop and calls `report`: rank 0 saves and tells its score,
and all hear the verdict. Random states are restored on rank 0 only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import torch.distributed as distributed

from hpopt import script
from hpopt.errors import InvalidInput
from hpopt.integrations.torch_checkpoint import Checkpoint, Stateful
from hpopt.integrations.torch_memory import memory_short
from hpopt.scores import as_score
from hpopt.trial import Trial, Verdict, current

__all__ = ["Loop", "memory_short"]

_FILE = "loop.pt"


class Loop:
    """Epochs of one trial.

    Attributes:
        epoch: The epoch that runs, or the last that was finished; from 1, 0 before the first.
        score: What was reported last, also by an earlier run; None: nothing.
        verdict: Why the loop ended early, if it did; else CONTINUE.
    """

    def __init__(
        self,
        trial: Trial | None = None,
        *,
        every: int = 1,
        checkpoint_dir: str | os.PathLike[str] | None = None,
        **parts: Stateful,
    ) -> None:
        """`parts`: whatever has `state_dict` and `load_state_dict`, by names that stay the same.

        Args:
            trial: The trial; None: the one that this code runs for, if there is one.
            every: Saves after so many epochs, and when the trial is not to go on.
            checkpoint_dir: Where to save outside of a trial; None: nowhere.
        """
        if every < 1:
            raise InvalidInput(f"it saves every {every} epochs", "every", "take 1 or more")
        self.epoch = 0
        self.score: float | None = None
        self.verdict = Verdict.CONTINUE
        self._trial = trial if trial is not None else current()
        self._every = every
        self._reported: dict[str, float] = {}
        self._finished = 0
        self._untold = False  # a report that a killed run had saved, and may not have told
        folder = self._folder(checkpoint_dir)
        self._checkpoint = Checkpoint(os.path.join(folder, _FILE), parts) if folder else None

    def __enter__(self) -> Loop:
        saved = self._checkpoint.restore(with_random=_rank() == 0) if self._checkpoint else None
        if saved is not None:
            self.epoch = self._finished = saved["epoch"]
            self._reported = saved["reported"]
            self.score = saved["score"]
            self._untold = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._finish_epoch()  # one that was left by `break`
        elif (short := memory_short(error)) is not None:
            script.out_of_memory(short)

    def epochs(self, total: int) -> Iterator[int]:
        """The epochs that are left of `total`, counted from 1, until the trial is not to go on.

        `total` is the full length, also for a trial that is cut before: schedules stay whole.
        """
        if self._untold:
            self._untold = False
            self._tell()
        while self.epoch < total and not self.verdict and not self._must_stop():
            self.epoch += 1
            self._reported = {}
            yield self.epoch
            self._finish_epoch()

    def report(self, score: Any, **metrics: Any) -> None:
        """The score of this epoch, and numbers to be recorded beside it; told when the epoch ends.

        Errors: InvalidInput: one of them is no number.
        """
        self._reported = {name: as_score(value, name) for name, value in metrics.items()}
        self.score = self._reported["score"] = as_score(score)

    def _finish_epoch(self) -> None:
        if self.epoch == self._finished:
            return
        self._finished = self.epoch
        due = self.epoch % self._every == 0
        if due:
            self._save()  # first: who is frozen at its report may never be thawed
        self._tell()
        if self.verdict and not due:
            self._save()

    def _save(self) -> None:
        if self._checkpoint is not None and _rank() == 0:
            self._checkpoint.save(
                {"epoch": self.epoch, "reported": self._reported, "score": self.score}
            )

    def _tell(self) -> None:
        if not self._reported:
            return
        verdict = Verdict.CONTINUE
        if _rank() == 0:
            verdict = self._say()
        if _ranks() > 1:
            agreed = [verdict.value]
            distributed.broadcast_object_list(agreed, src=0)
            verdict = Verdict(agreed[0])
        self.verdict = verdict

    def _say(self) -> Verdict:
        if self._trial is None:
            return script.say(self.epoch, self._reported)
        if self.epoch < self._trial.next_step:
            return Verdict.CONTINUE  # it was heard before this run
        return self._trial.report(self.epoch, self._reported["score"])

    def _must_stop(self) -> bool:
        return self._trial is not None and self._trial.stop_requested

    def _folder(self, default: str | os.PathLike[str] | None) -> str | None:
        if self._trial is not None:
            return self._trial.checkpoint_dir
        return script.checkpoint_dir(default) if default is not None else script.checkpoint_dir()


def _ranks() -> int:
    here = distributed.is_available() and distributed.is_initialized()
    return distributed.get_world_size() if here else 1


def _rank() -> int:
    return distributed.get_rank() if _ranks() > 1 else 0
