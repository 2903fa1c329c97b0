"""Runs scripts under the real `hpopt run`, and tells what was heard."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from time import sleep
from typing import Any

HPOPT = (
    os.environ.get("HPOPT") or shutil.which("hpopt", path=Path(sys.executable).parent) or "hpopt"
)
# Modules beside the tests are there for scripts, too.
_PATH = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])


@dataclass
class Run:
    """A study that has ended."""

    folder: Path
    output: str
    code: int

    def ask(self, *words: str) -> Any:
        done = subprocess.run(
            [HPOPT, *words, "--json"], cwd=self.folder, capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout)

    @property
    def trials(self) -> list[dict[str, Any]]:
        """By their numbers."""
        return sorted(self.ask("trials"), key=lambda trial: trial["trial"])

    def metrics(self, trial: int = 1) -> dict[str, list[tuple[float, float]]]:
        """The numbers that were heard beside the score, as (step, value)."""
        heard = self.ask("show", str(trial))["metrics"]
        return {
            name: [(reading["step"], reading["value"]) for reading in readings]
            for name, readings in heard.items()
        }

    def scores(self, trial: int = 1) -> list[tuple[float, float]]:
        reports = self.trials[trial - 1]["reports"]
        return [(report["step"], report["score"]) for report in reports]


def run(
    script: str | list[str],
    *flags: str,
    metric: str = "score:max",
    trials: int = 1,
    time: str = "60s",
    words: tuple[str, ...] = (),
    prefix: tuple[str, ...] = (),
    kill_at: str | None = None,
    **environment: str,
) -> Run:
    """Runs a script under `hpopt run`.

    Given as its text it has one parameter, x in [0, 1]; else it is the words of a command. `prefix`
    stands between Python and the script's text, `words` after it all.
    `kill_at`: hpopt is killed as soon as there is a file of this name.
    """
    folder = Path.cwd()
    if isinstance(script, str):
        (folder / "train.py").write_text(dedent(script))
        script = [sys.executable, *prefix, "train.py", "--x", "~float(0,1)"]
    command = [
        *(HPOPT, "run", "--name", "study", "--time", time, "--metric", metric),
        *("--trials", str(trials), "--workers", "1", *flags, "--"),
        *script,
        *words,
    ]
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": _PATH, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if kill_at is not None:
        while process.poll() is None and not (folder / kill_at).exists():
            sleep(0.02)
        process.kill()
    output, _ = process.communicate(timeout=300)
    return Run(folder, output, process.returncode)
