"""One line of progress, on a terminal or in a notebook."""

from __future__ import annotations

import shutil
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hpopt.study import Study

_EVERY = 0.5  # seconds
_WIDTH = 24  # of the bar


class Progress:
    """Shown while an optimize() runs; `wanted`: None: where there is somebody to look.

    `seconds`, `trials`: what there is of them, 0: not known; then no bar is drawn.
    """

    def __init__(self, study: Study, wanted: bool | None, seconds: float, trials: int) -> None:
        self._study = study
        self._seconds = seconds
        self._trials = trials
        self._begun = self._shown = time.monotonic()
        self._place = _place() if wanted or (wanted is None and _has_viewer()) else None

    def __enter__(self) -> Progress:
        return self

    def show(self) -> None:
        now = time.monotonic()
        if self._place is not None and now - self._shown >= _EVERY:
            self._shown = now
            self._place.draw(self._line())

    def _line(self) -> str:
        summary = self._study.summary()
        done = summary.complete + summary.stopped + summary.failed
        best = summary.best
        parts = self._spent(summary.seconds, done, done + summary.paused)
        parts += [f"{summary.paused} paused"] if summary.paused else []
        parts += [f"best {best.score:.6g} (trial {best.trial})"] if best else ["no score yet"]
        return "  ".join(parts)

    def _spent(self, seconds: float, done: int, begun: int) -> list[str]:
        """A bar of the time, or of the trials, and both in numbers."""
        trials = f"{done} trials"
        if self._seconds:
            return [
                _bar(seconds / self._seconds),
                f"{_clock(seconds)} of {_clock(self._seconds)}",
                trials,
            ]
        clock = _clock(time.monotonic() - self._begun)
        if self._trials:
            return [_bar(begun / self._trials), clock, f"{begun} of {self._trials} trials"]
        return [clock, trials]

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._place is not None:
            self._place.end(self._line() if kind is None else "")


class _Terminal:
    def draw(self, line: str) -> None:
        columns = shutil.get_terminal_size().columns - 1  # a second line would stay
        sys.stderr.write(f"\r\033[K{line[:columns]}")
        sys.stderr.flush()

    def end(self, line: str) -> None:
        self.draw(line)
        sys.stderr.write("\n")
        sys.stderr.flush()


class _Notebook:
    def __init__(self) -> None:
        from IPython import display

        self._handle: Any = display.display({"text/plain": ""}, raw=True, display_id=True)

    def draw(self, line: str) -> None:
        self._handle.update({"text/plain": line}, raw=True)

    def end(self, line: str) -> None:
        if line:
            self.draw(line)


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and "IPKernelApp" in shell.config


def _has_viewer() -> bool:
    return _in_notebook() or (sys.stderr is not None and sys.stderr.isatty())


def _place() -> _Terminal | _Notebook:
    return _Notebook() if _in_notebook() else _Terminal()


def _bar(share: float) -> str:
    done = int(_WIDTH * min(max(share, 0.0), 1.0))
    return f"[{'#' * done}{'-' * (_WIDTH - done)}]"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
