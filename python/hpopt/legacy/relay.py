"""Relay: reports for a process that was forked from one with an open study.

Scripts of the original fork a process a trial while the search is open. What SQLite knows of its
locks does not survive a fork (https://sqlite.org/howtocorrupt.html, 2.6), so a forked process
touches nothing that it inherited: it speaks, in lines of JSON, with a fresh one, which runs
`relay_process`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from typing import Any

from hpopt import errors

_KEYS = ("file_path", "trial_id", "params", "bracket", "batch_size")


class Relay:
    """The fresh process. Ends with the one that it speaks for."""

    def __init__(self) -> None:
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hpopt.legacy.relay_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )

    def serves(self) -> bool:
        """Whether it is there, and speaks for this process."""
        return self._owner == os.getpid() and self._process.poll() is None

    def call(self, name: str, config: dict[str, Any], *arguments: Any) -> Any:
        said = {key: config[key] for key in _KEYS if key in config}
        said["file_path"] = os.path.abspath(config["file_path"])
        with self._lock:
            answer = self._exchange({"call": name, "config": said, "arguments": arguments})
        if "error" in answer:
            kind, *parts = answer["error"]
            raise getattr(errors, kind, errors.HpoptError)(*parts)
        return answer["value"]

    def _exchange(self, message: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(message, default=_plain) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:
            line = ""
        if not line:
            raise errors.Unavailable(
                "the process that reports for this one has ended", "hpopt.legacy.relay", "try again"
            )
        answer: dict[str, Any] = json.loads(line)
        return answer


def _plain(value: Any) -> Any:
    """What JSON does not know: numbers of NumPy, and what is no number."""
    return value.item() if hasattr(value, "item") else str(value)


_opened_in: int | None = None
_relay: Relay | None = None


def mark_open() -> None:
    """This process has a study open: its children are not to touch it."""
    global _opened_in
    _opened_in = _opened_in or os.getpid()


def is_inherited() -> bool:
    """Whether what is open here belongs to the process that this one was forked from."""
    return _opened_in is not None and _opened_in != os.getpid()


def relay() -> Relay | None:
    """None in a process that may report by itself."""
    global _relay
    if not is_inherited():
        return None
    if _relay is None or not _relay.serves():
        _relay = Relay()
    return _relay
