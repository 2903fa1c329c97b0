"""Whatever is passed, the interpreter lives, and what is raised is an ordinary exception.

Each round runs in an interpreter of its own, since a crash would take this one along.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

ROUNDS = 4

FUZZ = r"""
import faulthandler, random, sys
faulthandler.enable()
import hpopt
from hpopt import _engine

class Angry:
    def __index__(self): raise RuntimeError("index")
    def __float__(self): raise RuntimeError("float")
    def __eq__(self, other): raise RuntimeError("eq")
    __hash__ = None
    def item(self): raise RuntimeError("item")
    def __iter__(self): raise RuntimeError("iter")

class Endless:
    def item(self): return Endless()

ring = []
ring.append(ring)
rng = random.Random(int(sys.argv[1]))

def domain():
    return rng.choice([
        lambda: _engine.Domain.make_float(0, 1),
        lambda: _engine.Domain.make_float(5, -1, True, 3.0),
        lambda: _engine.Domain.make_int(1, 9), lambda: _engine.Domain.make_int(-2**63, 2**63 - 1),
        lambda: _engine.Domain.make_categorical(["a", None, 1]),
        lambda: _engine.Domain.make_categorical([]),
        lambda: _engine.Domain.make_normal(0, -1),
        lambda: _engine.Domain.make_beta(float("nan"), 1),
        lambda: _engine.Domain.make_fixed([1, {"a": 2}]),
    ])()

def study():
    space = {"x": hpopt.Float(0, 1), "c": hpopt.Categorical(["a", "b"])}
    return _engine.Study.open(
        "s", storage="memory:", metric="score", maximize=True,
        space=hpopt.spaces.to_engine(rng.choice([None, space])), time=0.0, trials=20, workers=0,
        full_steps=0, seed=1, existing="go_on", sampler="auto", early_stop="auto", min_steps=0,
        reduction_factor=0.0, batch_size="", resumable=True)

def instances():
    one = study()
    asked = one.ask()
    told = one.ask()
    one.tell(told, 0.5)
    dropped = _engine.Trial.__new__(_engine.Trial)
    return [one, asked, told, dropped, _engine.Study.__new__(_engine.Study), _engine.Space(),
            one.summary(), domain(), *one.trials(), one.summary().best]

def thing():
    return rng.choice([
        None, True, 0, 1, -1, 2**31, 2**63, -2**63, 2**100, 0.5, 1e308, float("nan"), float("inf"),
        "", "x", "c", "\ud800", "~float(0,1)", "x < y", "a" * 10000, "\0", b"x", [], [1, "x"],
        (1, 2),
        ring, {}, {"x": 0.5, "c": "a"}, {1: 2}, {"x": ring}, object(), Angry(), Endless(), len, int,
        Ellipsis, NotImplemented, range(3), {1, 2}, lambda *a: 1.0, lambda *a: Angry(), Angry,
        lambda trial: trial.report(1, 0.5), rng, type(sys)("empty"), *pool])

pool = instances()
calls = 0
for number in range(4000):
    if number % 400 == 0:
        pool = instances()
    target = rng.choice([_engine, hpopt, hpopt.Study, *pool, _engine.Domain, _engine.Space])
    names = [n for n in dir(target) if n not in
             ("__class__", "optimize_workers", "__dict__", "sys", "importlib", "__builtins__")]
    try:
        member = getattr(target, rng.choice(names))
        if callable(member):
            arguments = [thing() for _ in range(rng.randint(0, 6))]
            member(*arguments)
            calls += 1
    except Exception:
        pass
    except BaseException as error:
        print("escaped:", type(error), error)
        sys.exit(3)
print("calls that went through:", calls)
sys.exit(0 if calls > 200 else 4)
"""


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_nothing_crashes_the_interpreter(seed: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FUZZ, str(seed)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    assert "nanobind: leaked" not in done.stderr
