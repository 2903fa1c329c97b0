"""Workers are forked from one process that has loaded the objective, where that can be."""

from __future__ import annotations

import importlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import hpopt
from hpopt import _worker
from hpopt.trial import Goal

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
    assert study.optimize(objective, trials=6, workers=1).complete == 6
    assert len(imports(tmp_path)) == 1


@pytest.mark.parametrize(
    "library, draw",
    [
        ("random", "random.random()"),
        ("numpy", "numpy.random.random()"),
        ("torch", "torch.rand(1).item()"),
    ],
)
def test_random_numbers_differ(load: Load, tmp_path: Path, library: str, draw: str) -> None:
    pytest.importorskip(library)
    drawn = tmp_path / "drawn"
    objective = load(
        f"""
import {library}

def objective(trial):
    with open({str(drawn)!r}, "a") as file:
        file.write(f"{{{draw}}}\\n")
    os._exit(1)
"""
    )
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    with pytest.raises(hpopt.InvalidInput):
        study.optimize(objective, trials=4)
    assert len(set(lines(tmp_path, "drawn"))) == len(lines(tmp_path, "drawn")) > 1


@pytest.mark.parametrize("workers", [1, 2])
def test_torch_before_and_after_the_fork(load: Load, workers: int) -> None:
    """OpenMP's threads outlast a fork, and a child of it would wait for them."""
    pytest.importorskip("torch")
    objective = load(
        """
import torch
from torch.utils.data import DataLoader
large = torch.ones(600, 600)
large @ large

def objective(trial):
    assert (large @ large)[0, 0] == 600
    batches = DataLoader(list(range(20)), batch_size=5, num_workers=2)
    assert sum(int(batch.sum()) for batch in batches) == 190
    return trial.params["x"]
"""
    )
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    assert study.optimize(objective, trials=4, workers=workers, time=60).complete == 4


def evaluated_by_a_fork(objective: Callable[[hpopt.Trial], float], folder: Path) -> object:
    """One trial's result. Unlike a study, waits as long as processes take to exit."""
    path = folder / "objective"
    with path.open("wb") as file:
        _worker.dump(objective, Goal("score", True), file)
    ours, theirs = socket.socketpair()
    trials, worker = socket.socketpair()
    told = {"trial": 1, "params": {"x": 0.5}, "seed": 1, "next_step": 1, "last_step": None}
    told |= {"fidelity": 1.0, "checkpoint_dir": str(folder), "left": None}
    environment = {**os.environ, "HPOPT_WORKER": "server"}
    with subprocess.Popen(_worker.command(str(path)), stdin=theirs, env=environment), ours:
        theirs.close()
        socket.send_fds(ours, [b'{"fork":"first"}\n'], [worker.fileno()])
        worker.close()
        with trials, trials.makefile("rw") as stream:
            stream.write(json.dumps(told) + "\n")
            stream.flush()
            result: object = json.loads(stream.readline())
        ours.shutdown(socket.SHUT_WR)
        while ours.recv(4096):
            pass  # it waits for the worker
        return result


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
    assert evaluated_by_a_fork(objective, tmp_path) == {"tell": 0.5}
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


@pytest.mark.parametrize(
    "hostile",
    [
        "import signal; signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
        "import signal; signal.signal(signal.SIGCHLD, lambda *_: os.waitpid(-1, os.WNOHANG))",
        "sys.stdout = None",
        "os.register_at_fork(after_in_child=lambda: 1 / 0)",
        "sys.stdout = open(os.devnull, 'w'); sys.stdout.close()",
        "os.chdir('/')",
        "import threading\nfor _ in range(20):\n"
        "    thread = threading.Thread(target=print)\n    thread.start()\n    thread.join()",
        "import multiprocessing\nlock = multiprocessing.get_context('spawn').Lock()",
    ],
    ids=lambda text: text.replace("import signal; ", "")[:24],
)
def test_whatever_a_module_does_workers_are_forked(
    load: Load, tmp_path: Path, hostile: str
) -> None:
    objective = load(
        f"""
if os.environ.get("HPOPT_WORKER"):
    exec({hostile!r})

def objective(trial):
    if trial.number == 2:
        os._exit(7)  # the next is forked after this was heard
    return trial.params["x"]
"""
    )
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    assert study.optimize(objective, trials=5, workers=2).complete == 4
    assert "exited with 7" in study.trials[1].reason
    assert len(imports(tmp_path)) == 1


_NO_CHILD_SURVIVES = "a fork of it fails, hangs or crashes"


@pytest.mark.parametrize(
    "hindrance, why",
    [  # a file's position, and the answers of a connection, would be shared
        (f"shared = open({__file__!r})", f"{__file__} is open"),
        ("shared = __import__('socket').socketpair()", "socket:"),
        ("shared = __import__('select').epoll()", "eventpoll"),
        ("shared = os.memfd_create('memory')", "memory"),
        (
            "os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), 11))",
            _NO_CHILD_SURVIVES,
        ),
        ("os.register_at_fork(after_in_child=lambda: time.sleep(60))", _NO_CHILD_SURVIVES),
        ("threading.Thread(target=time.sleep, args=[60], daemon=True).start()", "2 threads run"),
        ("del os.pidfd_open", "the system has no pidfd"),
    ],
    ids=lambda text: text[:24],
)
def test_where_no_fork_is_safe_each_worker_loads_it_and_says_why(
    load: Load, tmp_path: Path, capfd: pytest.CaptureFixture[str], hindrance: str, why: str
) -> None:
    objective = load(
        f"""
import threading, time
if os.environ.get("HPOPT_WORKER"):
    {hindrance}

def objective(trial):
    time.sleep(0.05)
    return trial.params["x"]
"""
    )
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    assert study.optimize(objective, trials=8, workers=2, time=60).complete == 8
    assert len(imports(tmp_path)) == 2
    said = [line for line in capfd.readouterr().err.splitlines() if line.startswith("hpopt:")]
    assert len(said) == 1
    assert "each worker loads the objective for itself" in said[0]
    assert why in said[0]


def test_the_first_file_that_is_opened_is_seen() -> None:
    """Its number was that of the descriptor by which those before it were listed."""
    script = """if True:
        from hpopt import _forkable
        before = _forkable.descriptors()
        assert _forkable.obstacle(before) is None
        file = open("/etc/passwd")
        print(_forkable.obstacle(before))
    """
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert run.stdout == "/etc/passwd is open once it is loaded\n", run.stderr


def test_what_is_written_before_and_after_a_fork_is_written_once(
    load: Load, tmp_path: Path
) -> None:
    objective = load(
        f"""
log = open({str(tmp_path / "log")!r}, "a")
log.write("loaded\\n")

def objective(trial):
    log.write(f"{{trial.number}}\\n")
    return trial.params["x"]
"""
    )
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    assert study.optimize(objective, trials=6, workers=2).complete == 6
    assert len(imports(tmp_path)) == 1
    assert sorted(lines(tmp_path, "log")) == ["1", "2", "3", "4", "5", "6", "loaded"]


def test_a_worker_holds_nothing_of_another(load: Load, tmp_path: Path) -> None:
    objective = load(
        f"""
import contextlib, time

def objective(trial):
    held = []
    for descriptor in range(3, 64):
        with contextlib.suppress(OSError):
            held.append(os.readlink(f"/proc/self/fd/{{descriptor}}"))
    sockets = sum("socket:" in each for each in held)
    pidfds = sum("pidfd" in each for each in held)
    with open({str(tmp_path / "held")!r}, "a") as file:
        file.write(f"{{sockets}} {{pidfds}}\\n")
    os.system("ls -l /proc/self/fd | grep socket: >> {tmp_path / "leaked"}")
    time.sleep(0.1)
    if trial.number < 4:
        os._exit(1)
    return trial.params["x"]
"""
    )
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    study.optimize(objective, trials=8, workers=3)
    assert len(imports(tmp_path)) == 1
    assert set(lines(tmp_path, "held")) == {"1 0"}
    assert lines(tmp_path, "leaked") == []


def test_logging_ends_in_each_worker(load: Load, tmp_path: Path) -> None:
    objective = load(
        f"""
import logging, logging.handlers
file = logging.FileHandler({str(tmp_path / "log")!r})
logger = logging.getLogger("trials")
logger.addHandler(logging.handlers.MemoryHandler(1000, logging.CRITICAL, file))

def objective(trial):
    logger.warning("trial %d", trial.number)
    return trial.params["x"]
"""
    )
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    study.optimize(objective, trials=4)
    assert len(imports(tmp_path)) == 1
    assert sorted(lines(tmp_path, "log")) == [f"trial {number}" for number in (1, 2, 3, 4)]


def test_processes_and_pools_of_a_trial(load: Load, tmp_path: Path) -> None:
    objective = load(
        """
import multiprocessing
import subprocess
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

def objective(trial):
    assert subprocess.run(["true"]).returncode == 0
    with multiprocessing.Pool(2) as pool:
        assert pool.map(abs, [-1, -2]) == [1, 2]
    with ProcessPoolExecutor(2) as pool, ThreadPoolExecutor(2) as threads:
        assert list(pool.map(abs, [-3])) == list(threads.map(abs, [-3])) == [3]
    return trial.params["x"]
"""
    )
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    assert study.optimize(objective, trials=4, workers=2, time=60).complete == 4
    assert len(imports(tmp_path)) == 1


def test_arithmetic_before_and_after_the_fork(load: Load, tmp_path: Path) -> None:
    """OpenBLAS's threads end for a fork, and start anew."""
    pytest.importorskip("numpy")
    objective = load(
        """
import numpy
large = numpy.ones((400, 400))
large @ large

def objective(trial):
    assert (large @ large)[0, 0] == 400
    return trial.params["x"]
"""
    )
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    assert study.optimize(objective, trials=4, workers=2, time=60).complete == 4
    assert 1 <= len(imports(tmp_path)) <= 2


def test_where_a_fork_fails_others_go_on(load: Load, tmp_path: Path) -> None:
    """As under `ulimit -u`, which does not bind root."""
    objective = load(
        """
import errno, time
fork = os.fork

def scarce_fork():
    scarce_fork.asked += 1
    if 3 <= scarce_fork.asked < 9:  # the first two: whether it can be done, and a worker
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
    return fork()

scarce_fork.asked = 0
if os.environ.get("HPOPT_WORKER"):
    os.fork = scarce_fork

def objective(trial):
    time.sleep(0.2)
    return trial.params["x"]
"""
    )
    study = hpopt.Study.open("s", storage="memory:", space=SPACE)
    assert study.optimize(objective, trials=8, workers=2).complete == 8
    assert len(imports(tmp_path)) == 1
