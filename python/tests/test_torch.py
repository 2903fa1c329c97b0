"""The PyTorch loop: checkpoints, verdicts, memory that runs out; with the real PyTorch."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import pytest
from runs import run

import hpopt

torch = pytest.importorskip("torch", reason="torch is not installed; ./dev test-torch installs it")

from hpopt.integrations.torch import Loop, memory_short  # noqa: E402


class Training:
    """A model that takes a random step an epoch, so that states of all kinds matter."""

    def __init__(self) -> None:
        torch.manual_seed(1)
        random.seed(1)
        self.model = torch.nn.Linear(3, 1)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=0.1)
        self.scheduler = torch.optim.lr_scheduler.StepLR(self.optimizer, 2)

    def loop(self, folder: Path | None = None, every: int = 1) -> Loop:
        return Loop(
            model=self.model, optimizer=self.optimizer, scheduler=self.scheduler,
            every=every, checkpoint_dir=folder,
        )  # fmt: skip

    def step(self) -> float:
        self.optimizer.zero_grad()
        loss = self.model(torch.rand(8, 3) + random.random()).pow(2).mean()
        loss.backward()
        self.optimizer.step()
        self.scheduler.step()
        return float(loss.item())


def train(folder: Path | None, epochs: int, leave_after: int = 99, every: int = 1) -> list[float]:
    training = Training()
    losses = []
    with training.loop(folder, every) as loop:
        for epoch in loop.epochs(epochs):
            losses.append(training.step())
            loop.report(losses[-1])
            if epoch == leave_after:
                break
    return losses


def test_it_counts_epochs_and_needs_neither_trial_nor_folder() -> None:
    with Loop() as loop:
        assert list(loop.epochs(3)) == [1, 2, 3]
    assert loop.score is None and not loop.verdict
    with pytest.raises(hpopt.InvalidInput, match="every"):
        Loop(every=0)


def test_a_training_that_was_left_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    whole = train(None, 6)
    first = train(tmp_path, 6, leave_after=2)
    second = train(tmp_path, 6)
    assert first + second == whole
    assert train(tmp_path, 6) == []
    assert [file.name for file in tmp_path.iterdir()] == ["loop.pt"]


def test_it_saves_as_often_as_it_is_told(tmp_path: Path) -> None:
    first = train(tmp_path, 6, leave_after=5, every=2)
    second = train(tmp_path, 6, every=2)
    assert len(first) == 5 and second[0] == first[4], "goes on after epoch 4"


def test_an_exception_saves_nothing_of_its_epoch(tmp_path: Path) -> None:
    training = Training()
    with pytest.raises(KeyError), training.loop(tmp_path) as loop:
        for epoch in loop.epochs(5):
            loop.report(epoch)
            if epoch == 3:
                raise KeyError
    with Training().loop(tmp_path) as again:
        assert again.epoch == 2 and again.score == 2


def test_a_damaged_checkpoint_is_no_checkpoint(tmp_path: Path) -> None:
    train(tmp_path, 2)
    whole = (tmp_path / "loop.pt").read_bytes()
    (tmp_path / "loop.pt").write_bytes(whole[: len(whole) // 2])
    with pytest.warns(RuntimeWarning, match="starts anew"), Training().loop(tmp_path) as loop:
        assert loop.epoch == 0


def test_another_model_under_the_same_name_is_an_error(tmp_path: Path) -> None:
    train(tmp_path, 2)
    with pytest.raises(RuntimeError, match="size mismatch"):
        Loop(model=torch.nn.Linear(5, 1), checkpoint_dir=tmp_path).__enter__()


def test_memory_errors_are_told_from_others() -> None:
    gpu = [
        "CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 7.79 GiB total capacity)",
        "HIP out of memory. Tried to allocate 20.00 MiB",
        "XPU out of memory. Tried to allocate 256.00 GiB",
        "CUDA error: out of memory",
        "MPS backend out of memory (MPS allocated: 17.35 GB)",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "level_zero backend failed with error: 40 (UR_RESULT_ERROR_OUT_OF_RESOURCES)",
    ]
    for text in gpu:
        assert memory_short(RuntimeError(text)) == "gpu", text
    assert memory_short(torch.cuda.OutOfMemoryError("CUDA out of memory.")) == "gpu"
    assert memory_short(MemoryError()) == "host"
    for other in (RuntimeError("size mismatch"), ValueError("CUDA out of memory"), KeyError("x")):
        assert memory_short(other) is None
    with pytest.raises(RuntimeError) as real:
        torch.empty(2**50)
    assert memory_short(real.value) == "host"


SCRIPT = """
    import torch, hpopt
    from hpopt.integrations.torch import Loop

    with Loop(model=torch.nn.Linear(2, 1)) as loop:
        for epoch in loop.epochs(100):
            loop.report(hpopt.params()["x"] + epoch / 100, loss=1 / epoch)
    print("left", loop.epoch, loop.verdict.name, flush=True)
"""


def test_in_a_script_it_reports_and_heeds_the_verdict() -> None:
    heard = run(SCRIPT, trials=2, words=("--epochs", "~fidelity(1,9)"))
    assert heard.code == 0, heard.output
    complete = next(trial for trial in heard.trials if trial["state"] == "complete")
    assert [report["step"] for report in complete["reports"]] == list(range(1, 11))
    assert heard.metrics(complete["trial"])["loss"][1] == (2, 0.5)
    log = next(Path(".hpopt/trials").glob(f"*/{complete['trial']}/log")).read_text()
    assert log == "left 10 STOP\n"


INTERRUPTED = """
    import os, time, torch, hpopt
    from hpopt.integrations.torch import Loop

    with Loop(model=torch.nn.Linear(2, 1)) as loop:
        for epoch in loop.epochs(12):
            print(f"epoch {epoch}/12")
            if epoch == 9 and not os.path.exists("killed"):
                open("killed", "w").close()
                time.sleep(60)
            loop.report(epoch)
"""


def test_a_killed_script_goes_on_after_its_last_epoch() -> None:
    first = run(INTERRUPTED, kill_at="killed")
    assert first.code == -9
    second = run(INTERRUPTED)
    assert second.code == 0, second.output
    assert second.scores() == [(epoch, epoch) for epoch in range(1, 13)]
    log = next(Path(".hpopt/trials").glob("*/1/log")).read_text()
    assert log.count("epoch 8/12") == 1 and log.count("epoch 9/12") == 2, log


def test_memory_that_runs_out_in_a_script_shrinks_the_batch() -> None:
    heard = run(
        """
        import argparse, torch
        from hpopt.integrations.torch import Loop
        parser = argparse.ArgumentParser()
        parser.add_argument("--x")
        parser.add_argument("--batch-size", type=int)
        batch = parser.parse_args().batch_size
        try:
            with Loop() as loop:
                for epoch in loop.epochs(2):
                    if batch > 32:
                        torch.empty(2**50)
                    loop.report(batch)
        except RuntimeError:
            raise SystemExit("something went wrong") from None
        """,
        trials=4, words=("--batch-size", "~int(16,256;default=128)"),
    )  # fmt: skip
    assert heard.trials[0]["state"] == "out-of-memory", heard.output
    assert heard.ask("show", "1")["memory"] == "host"
    assert heard.trials[1]["params"]["batch-size"] <= 64


def objective(trial: hpopt.Trial) -> float:
    model = torch.nn.Linear(2, 1)
    with Loop(trial, model=model) as loop:
        for epoch in loop.epochs(9):
            loop.report(torch.tensor(trial.params["x"] * epoch))
    assert loop.score is not None
    return loop.score


@pytest.mark.parametrize("in_process", [False, True])
def test_in_an_objective_it_reports_to_the_trial(in_process: bool) -> None:
    study = hpopt.Study.open("study", space={"x": hpopt.Float(0, 1)}, full_steps=9, trials=6)
    study.optimize(objective, in_process=in_process)
    assert {trial.state for trial in study.trials} <= {"complete", "stopped", "paused"}
    best = study.trials[study.best.trial - 1] if study.best else None
    assert best is not None and [step for step, _ in best.reports] == list(range(1, 10))


def test_an_objective_that_was_stopped_goes_on_from_its_checkpoint() -> None:
    ran: list[int] = []
    study = hpopt.Study.open("study", space={"x": hpopt.Float(0, 1)}, full_steps=6, trials=1)

    def stopped_at_3(trial: hpopt.Trial) -> float:
        with Loop(trial, model=torch.nn.Linear(2, 1)) as loop:
            for epoch in loop.epochs(6):
                ran.append(epoch)
                if len(ran) == 3:
                    study.stop()
                    while not trial.stop_requested:
                        time.sleep(0.01)
                loop.report(epoch)
        assert loop.score is not None
        return loop.score

    assert study.optimize(stopped_at_3, in_process=True).outcome == "stopped"
    assert ran == [1, 2, 3]
    study.optimize(stopped_at_3, in_process=True)
    assert ran == [1, 2, 3, 4, 5, 6]
    assert study.trials[0].reports == [(epoch, epoch) for epoch in range(1, 7)]


RANK = """
    import os, torch, torch.distributed as distributed, hpopt
    from hpopt.integrations.torch import Loop
    distributed.init_process_group("gloo")
    x = hpopt.params()["x"]
    with Loop(model=torch.nn.Linear(2, 1)) as loop:
        for epoch in loop.epochs(100):
            loop.report(x + int(os.environ["RANK"]) * 100)
    with open(f"epochs.{os.environ['RANK']}", "a") as file:
        file.write(f"{loop.epoch} ")
"""


def test_ranks_agree_on_the_verdict_and_rank_0_reports() -> None:
    Path("rank.py").write_text(dedent(RANK))
    # Debian's 1.13 takes no "redirect nothing" from Python 3.11.
    redirects = ["--redirects", "2", "--tee", "2", "--log_dir", "logs"]
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    heard = run(
        [*torchrun, "--nproc_per_node", "2", *redirects, "rank.py", "--x", "~float(0,1)"],
        time="120s", words=("--epochs", "~fidelity(1,9)"),
    )  # fmt: skip
    assert heard.code == 0, heard.output
    assert len(heard.scores()) == 10 and all(score <= 1 for _, score in heard.scores())
    assert Path("epochs.0").read_text() == Path("epochs.1").read_text() == "10 "


def test_where_pytorch_is_missing_the_import_says_so() -> None:
    program = "import sys; sys.modules['torch'] = None; import hpopt.integrations.torch"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=dict(os.environ)
    )
    assert done.returncode == 1 and "torch" in done.stderr
