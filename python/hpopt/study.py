"""Study: find the best hyper-parameters that a given time can buy."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from hpopt import _engine, spaces, trial
from hpopt.durations import Duration, as_seconds
from hpopt.errors import InvalidInput, Unavailable
from hpopt.progress import Progress
from hpopt.scores import as_score

Objective = Callable[[trial.Trial], Any]
Summary = _engine.Summary
Best = _engine.Best
TrialInfo = _engine.TrialInfo

_LOOK = 0.1  # seconds between two looks at Ctrl-C and the progress


class Study:
    """All state lives in the storage: open it again under its name, and it goes on.

    May be shared by threads and processes. Made by `Study.open`.
    """

    def __init__(
        self, engine: _engine.Study, goal: trial.Goal, seconds: float = 0, trials: int = 0
    ) -> None:
        self._engine = engine
        self._goal = goal
        self._bounds = (seconds, trials)  # 0: none that is known here

    @classmethod
    def open(
        cls,
        name: str,
        *,
        storage: str | os.PathLike[str] | None = None,
        objectives: str | Iterable[str] = "score:max",
        space: spaces.SpaceLike | None = None,
        constraints: Iterable[str] = (),
        time: Duration | None = None,
        trials: int | None = None,
        workers: int | None = None,
        full_steps: int | None = None,
        seed: int = 0,
        existing: str = "go_on",
        sampler: str = "auto",
        early_stop: str = "auto",
        min_steps: int | None = None,
        reduction_factor: float | None = None,
        batch_size: str | None = None,
        resumable: bool = True,
    ) -> Study:
        """Opens the newest study of this name; where there is none, the first ask() creates it.

        Args:
            name: Not empty.
            storage: A folder, "sqlite:PATH" or "memory:"; default: HPOPT_STORAGE, else ".hpopt".
            objectives: "NAME:max" or "NAME:min".
            space: Names and domains (hpopt.Float, ...), or marks as "~log(1e-5,1)"; None: the
                parameters are those that trials suggest.
            constraints: "lr_min < lr", "units1 + units2 <= 512", ...
            time: The budget of the whole study, over all its sessions: seconds, "30m", timedelta.
            trials: At most so many; None: no bound.
            workers: Trials at a time in optimize(); default 1.
            full_steps: The length of a full training; default: learnt from the first that ends.
            seed: Same seed and same order of events: same decisions.
            existing: What becomes of a study that is there: "go_on", "restart" (a new one that
                knows its trials) or "fresh".
            sampler: "auto", "bayes", "gp", "tpe", "cmaes", "random" or "grid".
            early_stop: "auto", "none", "hyperband" or "median".
            min_steps: The earliest step at which trials are compared; default: automatic.
            reduction_factor: Of the rungs; default: automatic.
            batch_size: The parameter to shrink when memory is short; default: found by its name.
            resumable: False: what reports here can't go on after a pause, so what would wait its
                turn is stopped.

        Errors: InvalidInput: something is wrong with the above, or a study of this name has another
        space, metric or goal. StorageError.
        """
        goal = _objective(objectives)
        engine = _engine.Study.open(
            name,
            storage=os.fspath(storage) if storage is not None else default_storage(),
            metric=goal.metric,
            maximize=goal.maximize,
            space=spaces.to_engine(space, constraints),
            time=as_seconds(time),
            trials=_count(trials, "trials"),
            workers=_count(workers, "workers"),
            full_steps=_count(full_steps, "full_steps"),
            seed=seed,
            existing=existing,
            sampler=sampler,
            early_stop=early_stop,
            min_steps=_count(min_steps, "min_steps"),
            reduction_factor=reduction_factor or 0.0,
            batch_size=batch_size or "",
            resumable=resumable,
        )
        return cls(engine, goal, as_seconds(time), _count(trials, "trials"))

    @property
    def name(self) -> str:
        return self._engine.name

    @property
    def maximize(self) -> bool:
        """Whether a larger score is better."""
        return self._goal.maximize

    @property
    def id(self) -> str:
        """Its id in the store; empty until it is created."""
        return self._engine.id

    def ask(self) -> trial.Trial:
        """A configuration to evaluate. Errors: Exhausted, TimeUp, StorageError."""
        return trial.Trial(self._engine.ask(), self._goal, self)

    def tell(self, asked: trial.Trial, score: Any) -> None:
        """The result of a trial. Errors: InvalidInput; Conflict: it has its result already."""
        self._engine.tell(_held(asked), as_score(score))

    def fail(self, asked: trial.Trial, why: str) -> None:
        """It has no result. A message of short memory makes the next batches smaller."""
        self._engine.fail(_held(asked), str(why))

    def set_aside(self, asked: trial.Trial) -> None:
        """No result for now: it is one of the next to be asked, here or in another session.

        Errors: Conflict: it has its result already.
        """
        self._engine.set_aside(_held(asked))

    def leave(self, asked: trial.Trial, error: BaseException | None) -> None:
        """At the end of `with study.ask() as trial:`: what was not told fails or is released."""
        held = _held(asked)
        if held.over:
            return
        if isinstance(error, Exception):
            self._engine.fail(held, trial.describe(error))
        else:
            held.release()

    def attach(self, number: int) -> trial.Trial:
        """A running trial that another process asked; to report and tell it from here.

        Errors: NotFound; Conflict: it is over.
        """
        return trial.Trial(self._engine.attach(number), self._goal)

    def enqueue(self, params: Mapping[str, Any]) -> None:
        """To be tried next. Errors: InvalidInput: it isn't in the declared space."""
        self._engine.enqueue(dict(params))

    def optimize(
        self,
        objective: Objective,
        *,
        time: Duration | None = None,
        trials: int | None = None,
        workers: int | None = None,
        in_process: bool = False,
        progress: bool | None = None,
    ) -> Summary:
        """Evaluates `objective(trial) -> score` until the time or the trials are used up.

        The objective runs in processes of its own, which are killed at the deadline: what it needs
        is sent there by cloudpickle, and it runs as a function, so no `if __name__ == "__main__"`
        is needed. With `in_process=True` it runs in threads of this process, and the deadline is
        cooperative: an objective that does not return holds it up. An exception fails its trial,
        and the study goes on.

        Args:
            time, trials, workers: As in open(); a larger time or number means that total.
            in_process: See above.
            progress: Shows a line of progress; default: on a terminal and in a notebook.

        Errors: InvalidInput: nothing bounds it, or the objective can't be sent. KeyboardInterrupt,
        after the study was paused: the same call goes on.
        """
        if not callable(objective):
            raise InvalidInput(
                f"a {type(objective).__name__} can't be called", "objective", "give a function"
            )
        bounds = (as_seconds(time), _count(trials, "trials"), _count(workers, "workers"))
        self._bounds = (max(bounds[0], self._bounds[0]), max(bounds[1], self._bounds[1]))
        with Progress(self, progress, *self._bounds) as shown:
            if in_process:
                return self._watch(
                    lambda: self._engine.optimize(_in_thread(objective, self._goal), *bounds),
                    shown,
                )
            with _sent(objective, self._goal) as command:
                return self._watch(lambda: self._engine.optimize_workers(command, *bounds), shown)

    def stop(self) -> None:
        """Ends a running optimize() soon; from any thread."""
        self._engine.stop()

    def summary(self) -> Summary:
        return self._engine.summary()

    @property
    def best(self) -> Best | None:
        """The best trial so far."""
        return self._engine.summary().best

    @property
    def best_params(self) -> dict[str, Any]:
        """Errors: InvalidInput: no trial has a score yet."""
        return self._known_best().params

    @property
    def best_score(self) -> float:
        """Errors: InvalidInput: no trial has a score yet."""
        return self._known_best().score

    @property
    def trials(self) -> list[TrialInfo]:
        """All trials, in the order of their numbers."""
        return self._engine.trials()

    @property
    def space(self) -> dict[str, spaces.Domain]:
        """The parameters that are declared, or known by what trials suggested."""
        return spaces.from_engine(self._engine.space())

    def trials_dataframe(self) -> Any:
        """A pandas DataFrame, one row a trial: number, state, score, params_*, step, seconds.

        Errors: Unavailable: pandas is missing.
        """
        try:
            import pandas
        except ImportError:
            raise Unavailable(
                "pandas is missing", "trials_dataframe", "pip install pandas, or use study.trials"
            ) from None
        rows = [_row(each) for each in self.trials]
        columns = None if rows else ["number", "state", "score", "step", "seconds"]
        return pandas.DataFrame(rows, columns=columns).set_index("number")

    def _known_best(self) -> Best:
        best = self.best
        if best is None:
            raise InvalidInput("no trial has a score yet", self.name, "tell a result first")
        return best

    def _watch(self, run: Callable[[], Summary], shown: Progress) -> Summary:
        """Runs it in a thread, so that Ctrl-C is heard and the progress is shown here."""
        outcome: list[Summary | BaseException] = []
        done = threading.Event()

        def call() -> None:
            try:
                outcome.append(run())
            except BaseException as error:  # handed on below
                outcome.append(error)
            finally:
                done.set()

        thread = threading.Thread(target=call, name="hpopt", daemon=True)
        thread.start()
        try:
            # No join(): one that is interrupted takes the thread for ended, in Python 3.11.
            while not done.wait(_LOOK):
                shown.show()
        except BaseException:  # Ctrl-C, or nowhere to show the progress
            self._engine.stop()
            done.wait()
            thread.join()
            raise
        thread.join()
        return _result(outcome[0])

    def _repr_html_(self) -> str:
        from hpopt.html import study_html

        return study_html(self)

    def __repr__(self) -> str:
        return f"<hpopt.Study {self.name!r} {self._engine.summary().brief()}>"


def default_storage() -> str:
    """Where studies are kept unless it is said otherwise."""
    return os.environ.get("HPOPT_STORAGE") or ".hpopt"


def _objective(objectives: str | Iterable[str]) -> trial.Goal:
    given = [objectives] if isinstance(objectives, str) else list(objectives)
    if len(given) != 1:
        raise InvalidInput(
            f"{len(given)} objectives", "objectives", 'name one, as in objectives="val_acc:max"'
        )
    return trial.Goal(*_engine.parse_objective(given[0]))


def _count(number: int | None, where: str) -> int:
    if number is None:
        return 0
    if isinstance(number, bool) or not isinstance(number, int) or number <= 0:
        raise InvalidInput(f"{number!r} is no number of {where}", where, "give an int > 0")
    return number


def _held(asked: trial.Trial) -> _engine.Trial:
    backend = asked._backend if isinstance(asked, trial.Trial) else asked
    if not isinstance(backend, _engine.Trial):
        raise InvalidInput(
            f"{asked!r} is no trial of this process", "trial", "tell what ask() or attach() gave"
        )
    return backend


def _in_thread(objective: Objective, goal: trial.Goal) -> Callable[[_engine.Trial], float]:
    def evaluate(backend: _engine.Trial) -> float:
        current = trial.Trial(backend, goal)
        token = trial._current.set(current)
        try:
            return as_score(objective(current))
        finally:
            trial._current.reset(token)

    return evaluate


@contextmanager
def _sent(objective: Objective, goal: trial.Goal) -> Iterator[list[str]]:
    """The command of workers that load the objective from a file."""
    from hpopt import _worker

    with tempfile.TemporaryDirectory(prefix="hpopt-") as folder:
        path = os.path.join(folder, "objective")
        with open(path, "wb") as file:
            _worker.dump(objective, goal, file)
        yield _worker.command(path)


def _result(outcome: Summary | BaseException) -> Summary:
    if isinstance(outcome, BaseException):
        raise outcome
    if outcome.error is not None:
        raise outcome.error
    return outcome


def _row(info: TrialInfo) -> dict[str, Any]:
    row: dict[str, Any] = {"number": info.number, "state": info.state, "score": info.score}
    row |= {f"params_{name}": value for name, value in info.params.items()}
    row["step"] = info.reports[-1][0] if info.reports else None
    row["seconds"] = info.seconds
    return row
