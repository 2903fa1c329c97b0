"""The engine of hpopt; hpopt is what to import."""

from collections.abc import Callable, Sequence
from typing import Any


version: str = '0.1.0'

class Domain:
    """The set that a parameter's value is drawn from."""

    @staticmethod
    def make_float(low: float, high: float, log: bool = False, step: float = 0.0) -> Domain: ...

    @staticmethod
    def make_int(low: int, high: int, log: bool = False, step: int = 1) -> Domain: ...

    @staticmethod
    def make_normal(mu: float, sigma: float, log: bool = False, step: float = 0.0) -> Domain: ...

    @staticmethod
    def make_beta(a: float, b: float, step: float = 0.0) -> Domain: ...

    @staticmethod
    def make_categorical(values: list[Any], weights: Sequence[float] = []) -> Domain: ...

    @staticmethod
    def make_fixed(value: object | None) -> Domain: ...

    @property
    def fields(self) -> tuple[str, dict[str, Any]]:
        """The kind, and the arguments of its class in hpopt.spaces."""

    def to_unit(self, value: object | None) -> float:
        """
        Where it stands in [0, 1], on which the prior is uniform. Errors: InvalidInput.
        """

    def from_unit(self, unit: float) -> object:
        """The value that stands there; a number outside [0, 1] is clamped."""

    def contains(self, value: object | None) -> bool: ...

    def __str__(self) -> str: ...

    def __eq__(self, other: object, /) -> bool: ...

    def __hash__(self) -> int: ...

class Space:
    """Parameters, conditions and constraints."""

    def __init__(self) -> None: ...

    def add(self, name: str, domain: Domain, when: Sequence[tuple[str, list[Any]]], default: object | None, prior_at: object | None = None, prior_spread: float | None = None) -> None:
        """Errors: InvalidInput."""

    def add_mark(self, name: str, mark: str) -> None:
        """Errors: InvalidInput."""

    def add_constraint(self, text: str) -> None:
        """Errors: InvalidInput."""

    @property
    def parameters(self) -> list[Any]:
        """
        (name, domain, [(parent, values)], default, (prior's at, spread) or None), ...
        """

    def check(self, params: dict[str, Any]) -> None:
        """
        Errors: InvalidInput: names a parameter too many or too few, or a value outside.
        """

def parse_duration(text: str) -> float:
    """Seconds of "30m", "1h30m". Errors: InvalidInput."""

def parse_objective(text: str) -> tuple[str, bool]:
    """
    Name and whether more is better, of "val_acc:max". Errors: InvalidInput.
    """

class Best:
    """The best trial of a study."""

    @property
    def trial(self) -> int:
        """Its number."""

    @property
    def score(self) -> float: ...

    @property
    def step(self) -> float:
        """The last step that it was trained to; 0: no steps."""

    @property
    def confirmed(self) -> bool:
        """Whether it was trained to its full length."""

    @property
    def params(self) -> dict[str, Any]: ...

    def __repr__(self) -> str: ...

class Summary:
    """What a study came to."""

    @property
    def outcome(self) -> str:
        """not_run, finished, time_up, stopped, paused or error."""

    @property
    def study(self) -> str:
        """The study's id."""

    @property
    def reason(self) -> str:
        """Why it ended, one line."""

    @property
    def best(self) -> Best | None:
        """None: no score yet."""

    @property
    def complete(self) -> int:
        """So many trials are complete."""

    @property
    def stopped(self) -> int: ...

    @property
    def paused(self) -> int: ...

    @property
    def failed(self) -> int:
        """Failed, out of memory or diverged."""

    @property
    def seconds(self) -> float:
        """Of the budget, used over all sessions."""

    @property
    def error(self) -> BaseException | None:
        """The exception, not raised; or None."""

    def brief(self) -> str:
        """One line."""

    def full(self) -> str:
        """Some lines, with the best parameters."""

    def __repr__(self) -> str: ...

class TrialInfo:
    """What is known of one trial."""

    @property
    def number(self) -> int: ...

    @property
    def state(self) -> str:
        """
        waiting, running, paused, complete, stopped, failed, out_of_memory, diverged or cancelled.
        """

    @property
    def score(self) -> float | None:
        """None: it has none."""

    @property
    def reports(self) -> list[tuple[float, float]]:
        """(step, score), in order."""

    @property
    def seconds(self) -> float:
        """That it ran."""

    @property
    def reason(self) -> str:
        """Why it is in this state, one line."""

    @property
    def params(self) -> dict[str, Any]: ...

    def __repr__(self) -> str: ...

class Trial:
    """A lease on one evaluation."""

    @property
    def number(self) -> int: ...

    @property
    def over(self) -> bool:
        """Whether its result was told, or it was released."""

    @property
    def params(self) -> dict[str, Any]: ...

    @property
    def seed(self) -> int: ...

    @property
    def next_step(self) -> int: ...

    @property
    def last_step(self) -> int: ...

    @property
    def fidelity(self) -> float: ...

    @property
    def left(self) -> float: ...

    @property
    def checkpoint_dir(self) -> str: ...

    @property
    def stop_requested(self) -> bool: ...

    def suggest_float(self, name: str, low: float, high: float, log: bool, step: float) -> float: ...

    def suggest_int(self, name: str, low: int, high: int, log: bool, step: int) -> int: ...

    def suggest_categorical(self, name: str, values: list[Any]) -> int:
        """The index of the value that was chosen."""

    def report(self, step: int, score: float) -> int:
        """The number of an hpopt.Verdict."""

    def release(self) -> None:
        """As if it had never been asked."""

class Study:
    @staticmethod
    def open(name: str, *, storage: str, metric: str, maximize: bool, space: Space, time: float, trials: int, workers: int, full_steps: int, seed: int, existing: str, sampler: str, early_stop: str, min_steps: int, reduction_factor: float, batch_size: str, resumable: bool) -> Study: ...

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...

    def ask(self) -> Trial:
        """Errors: Exhausted, TimeUp, StorageError."""

    def tell(self, trial: Trial, score: float) -> None: ...

    def fail(self, trial: Trial, why: str) -> None: ...

    def set_aside(self, trial: Trial) -> None: ...

    def attach(self, number: int) -> Trial: ...

    def enqueue(self, params: dict[str, Any]) -> None: ...

    def optimize(self, objective: Callable[[Trial], float], time: float, trials: int, workers: int) -> Summary:
        """Calls the objective with an engine's Trial in threads of its own."""

    def optimize_workers(self, worker: Sequence[str], time: float, trials: int, workers: int) -> Summary:
        """Runs the command that speaks the worker protocol."""

    def stop(self) -> None: ...

    def summary(self) -> Summary: ...

    def trials(self) -> list[TrialInfo]: ...

    def space(self) -> Space: ...

class ReportClient:
    """A trial's line to the `hpopt run` around it."""

    @staticmethod
    def from_environment() -> ReportClient | None:
        """None outside a trial."""

    def report(self, metric: str, step: float | None, value: float, timeout_ms: int = 2000) -> bool:
        """
        Says a number; an empty metric is the objective. Whether to go on. Errors: Unavailable.
        """

    def out_of_memory(self, kind: str) -> None:
        """Says before the exit that memory was short: "gpu" or "host"."""

def import_study(path: str, name: str, study: str, metric: str, parameters: Sequence[str], storage: str) -> tuple[str, str, bool]:
    """
    The study's name, its metric, and whether more is better. Errors: NotFound, InvalidInput, StorageError.
    """
