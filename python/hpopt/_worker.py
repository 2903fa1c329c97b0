"""Evaluates one trial after another for a study in another process.

That talks by lines of JSON over the socket that is our standard input; the protocol is that of
docs/worker-protocol.md.
"""

from __future__ import annotations

import functools
import json
import math
import os
import pickle
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

from hpopt import _forking, _stderr, errors, trial
from hpopt.scores import as_score

Objective = Callable[[trial.Trial], Any]


def dump(objective: Objective, goal: trial.Goal, file: IO[bytes]) -> None:
    """Writes the objective and where its modules are found. Errors: InvalidInput."""
    import cloudpickle

    pickle.dump((sys.path, goal), file)
    try:
        cloudpickle.dump(objective, file)
    except Exception as error:
        raise errors.InvalidInput(
            f"it can't be sent to another process: {error}",
            "objective",
            "make what it needs inside it, or say in_process=True",
        ) from error


def command(path: str) -> list[str]:
    """Of workers for the objective that `dump` wrote there. They find modules where we do.

    `python -m` would look in the working directory first, where any file may have the name of one.
    """
    program = "import sys; sys.path[:] = sys.argv[2:]; from hpopt._worker import main; main()"
    found = [each for each in sys.path if isinstance(each, str)]
    return [sys.executable, "-c", program, path, *found]


@dataclass(frozen=True)
class _Task:
    objective: Objective
    goal: trial.Goal

    @classmethod
    def load(cls, path: str) -> _Task:
        with open(path, "rb") as file:
            sys.path[:], goal = pickle.load(file)
            return cls(pickle.load(file), goal)

    def evaluate(self, channel: _Channel, told: dict[str, Any]) -> dict[str, Any]:
        """What is to be said at its end."""
        current = trial.Trial(RemoteTrial(channel, told), self.goal)
        token = trial._current.set(current)
        try:
            return {"tell": _number(as_score(self.objective(current)))}
        except Exception as error:
            _tell_user(f"trial {current.number} failed", error)
            return {"fail": trial.describe(error)}
        finally:
            trial._current.reset(token)


class _Channel:
    """One question, one answer; threads of the objective take turns."""

    def __init__(self, connection: socket.socket) -> None:
        self._stream = connection.makefile("rwb")
        self._lock = threading.Lock()
        self._process = os.getpid()

    def ask(self, message: dict[str, Any]) -> dict[str, Any]:
        self._check_process()
        with self._lock:
            self._send(message)
            return self._receive()

    def tell(self, message: dict[str, Any]) -> None:
        self._check_process()
        with self._lock:
            self._send(message)

    def next_trial(self) -> dict[str, Any] | None:
        line = self._stream.readline()
        return json.loads(line) if line else None

    def _check_process(self) -> None:
        """One that the objective has forked would take the answers of the trial."""
        if os.getpid() != self._process:
            raise errors.InvalidInput(
                "the trial belongs to the process that forked this one",
                "trial",
                "report from there, or send the score there",
            )

    def _send(self, message: dict[str, Any]) -> None:
        self._stream.write(json.dumps(message, allow_nan=False).encode() + b"\n")
        self._stream.flush()

    def _receive(self) -> dict[str, Any]:
        line = self._stream.readline()
        if not line:
            os._exit(0)  # the study's process is gone
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            error = answer["error"]
            raise errors.of_kind(error["code"], error["what"], error["where"], error["mend"])
        return answer


class RemoteTrial:
    """The backend of a Trial whose study is in another process."""

    def __init__(self, channel: _Channel, told: dict[str, Any]) -> None:
        self._channel = channel
        self.number: int = told["trial"]
        self.params: dict[str, Any] = told["params"]
        self.seed: int = told["seed"]
        self.next_step: int = told["next_step"]
        self.last_step: int = told["last_step"] or 2**31 - 1
        self.fidelity: float = told["fidelity"]
        self.checkpoint_dir: str = told["checkpoint_dir"]
        self._until = _deadline(told["left"])

    @property
    def left(self) -> float:
        return self._until - time.monotonic()

    @property
    def stop_requested(self) -> bool:
        return self.left <= 0

    def suggest_float(self, name: str, low: float, high: float, log: bool, step: float) -> float:
        return float(self._suggest("suggest_float", name, low, high, log, step))

    def suggest_int(self, name: str, low: int, high: int, log: bool, step: int) -> int:
        return int(self._suggest("suggest_int", name, low, high, log, step))

    def suggest_categorical(self, name: str, values: list[Any]) -> int:
        plain = [_plain(value) for value in values]
        try:
            texts = [json.dumps(value, sort_keys=True) for value in plain]
        except (TypeError, ValueError) as error:
            raise errors.InvalidInput(
                f"a choice is no JSON value: {error}", name, "choose between texts or numbers"
            ) from None
        value = self._suggest("suggest_categorical", name, plain)
        return texts.index(json.dumps(value, sort_keys=True))

    def report(self, step: int, score: float) -> int:
        answer = self._channel.ask({"report": [step, _number(score)]})
        self._until = _deadline(answer["left"])
        self.fidelity = answer["fidelity"]
        return int(trial.Verdict[answer["verdict"].upper()])

    def _suggest(self, kind: str, name: str, *arguments: Any) -> Any:
        value = self._channel.ask({kind: [name, *arguments]})["value"]
        self.params[name] = value
        return value


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _number(score: float) -> float | str:
    if math.isfinite(score):
        return score
    return "nan" if math.isnan(score) else "inf" if score > 0 else "-inf"


def _deadline(left: float | None) -> float:
    return math.inf if left is None else time.monotonic() + left


def _take_the_socket() -> socket.socket:
    """The objective finds nothing to read in its place."""
    connection = socket.socket(fileno=os.dup(0))
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    return connection


def _tell_user(what: str, error: Exception) -> None:
    _stderr.say(f"{what}:\n{''.join(traceback.format_exception(error)).rstrip()}")


def _evaluate(load: Callable[[], _Task], channel: _Channel, told: dict[str, Any]) -> dict[str, Any]:
    try:
        task = load()
    except Exception as error:
        _tell_user("the objective can't be loaded", error)
        return {"fail": f"it can't be loaded: {trial.describe(error)}"}
    return task.evaluate(channel, told)


def main() -> None:
    load = functools.cache(functools.partial(_Task.load, sys.argv[1]))  # fails anew each time
    connection, told = _forking.worker_socket(_take_the_socket(), load)
    channel = _Channel(connection)
    told = told or channel.next_trial()
    while told is not None:
        channel.tell(_evaluate(load, channel, told))
        told = channel.next_trial()
