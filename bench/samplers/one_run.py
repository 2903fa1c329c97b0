"""One tool on one problem with one seed: the optimizer's process proposes, this one evaluates."""

import json
import pathlib
import random
import subprocess
import tempfile
import threading
import time

import environments
import fixed
import spaces

HERE = pathlib.Path(__file__).resolve().parent
CAP = 1800.0  # seconds after which a run is cut off


def _random(*words):
    return random.Random("/".join(map(str, words)))


def initial(problem, seed, trials):
    """The random configurations that every tool begins with."""
    source = _random("initial", problem.name, seed)
    return [spaces.draw(problem.space, source) for _ in range(min(fixed.INITIAL, trials))]


def _task(problem, tool, seed, trials):
    return {
        "space": spaces.to_json(problem.space),
        "trials": trials,
        "seed": seed,
        "sampler": tool.sampler,
        "initial": initial(problem, seed, trials),
    }


class _Judge:
    """Tells scores, and remembers the truth of what looks best after each trial."""

    def __init__(self, problem, seed):
        self._problem, self._seed = problem, seed
        self._lowest = self._truth = float("inf")
        self.truths, self.seconds = [], []

    def score(self, config, seconds):
        noise = _random("noise", self._problem.name, self._seed, len(self.truths))
        told = self._problem.told(config, noise)
        if told < self._lowest:
            self._lowest = told
            self._truth = self._problem.truth(config) if self._problem.observe else told
        self.truths.append(self._truth)
        self.seconds.append(seconds)
        return told


def _converse(process, task, judge):
    process.stdin.write(json.dumps(task) + "\n")
    process.stdin.flush()
    for line in process.stdout:
        proposal = json.loads(line)
        score = judge.score(proposal["config"], proposal["seconds"])
        process.stdin.write(json.dumps(score) + "\n")
        process.stdin.flush()


def _result(judge, trials):
    """At each mark: the truth of the answer, and the seconds of the optimizer until then."""
    marks = [mark for mark in fixed.MARKS if mark <= min(len(judge.truths), trials)]
    return {
        "truths": [float(f"{judge.truths[mark - 1]:.7g}") for mark in marks],
        "seconds": [round(judge.seconds[mark - 1], 4) for mark in marks],
    }


def measure(tool, problem, seed, trials):
    """The result, or the last line of what went wrong."""
    judge = _Judge(problem, seed)
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [environments.python(tool.environment), str(HERE / "peers" / tool.script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=environments.variables(tool.environment),
        )
        timer = threading.Timer(CAP, process.kill)
        timer.start()
        try:
            _converse(process, _task(problem, tool, seed, trials), judge)
        except BrokenPipeError:
            pass
        finally:
            timer.cancel()
            process.kill()
            process.communicate()
        errors.seek(0)
        said = errors.read().strip().splitlines()
    result = _result(judge, trials)
    if len(judge.truths) < trials:
        cut = time.monotonic() - began >= CAP
        result["failed"] = f"cut off after {CAP:g} s" if cut else (said or ["it ended"])[-1][:200]
    return result
