"""nanobind counts what is alive when the interpreter ends; it finds nothing to complain about."""

import subprocess
import sys
import textwrap

import pytest

BEGIN = """
import hpopt
study = hpopt.Study.open("leaks", storage="memory:", space={"x": hpopt.Float(0, 1)}, trials=9)
"""

# How a program may end, and what it may still hold when it does.
ENDINGS = {
    "nothing was done": "",
    "a trial was told": """
        trial = study.ask()
        trial.report(1, 0.5)
        study.tell(trial, 0.5)
        print(study.best, study.summary(), study.trials)
    """,
    "a trial is still held": """
        trial = study.ask()
    """,
    "an objective was optimized in process": """
        study.optimize(lambda trial: trial.params["x"], in_process=True)
    """,
    "an objective holds its study": """
        def objective(trial):
            return trial.params["x"] + 0 * study.summary().complete
        objective.study = study
        study.optimize(objective, in_process=True)
    """,
    "an objective failed once": """
        def objective(trial):
            if trial.number == 2:
                raise ValueError(trial)
            return 0
        study.optimize(objective, in_process=True)
    """,
    "an error is still held, with its frames": """
        try:
            hpopt.Study.open("leaks", objectives="score:sideways")
        except hpopt.HpoptError as error:
            held = error
    """,
    "a cycle holds a study and a trial": """
        class Holder:
            pass
        holder = Holder()
        holder.itself, holder.study, holder.trial = holder, study, study.ask()
        del study
    """,
    "a module holds a study": """
        import sys
        sys.modules["keeper"] = study
    """,
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_nothing_is_leaked_when(ending: str) -> None:
    code = BEGIN + textwrap.dedent(ENDINGS[ending])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
