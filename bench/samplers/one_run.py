"""One tool on one problem with one seed: the optimizer's process proposes, this one evaluates."""

import json
import pathlib
import random
import subprocess
import tempfile
import threading

import environments
import fixed
import spaces

HERE = pathlib.Path(__file__).resolve().parent
CAP = 1200.0  # the optimizer's seconds after which it proposes no more: what it found counts
HANGS = 7200.0  # seconds by the clock after which a run has failed


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
    """Until it has proposed all its trials, or its time is used up."""
    process.stdin.write(json.dumps(task) + "\n")
    process.stdin.flush()
    for line in process.stdout:
        proposal = json.loads(line)
        score = judge.score(proposal["config"], proposal["seconds"])
        if len(judge.truths) == task["trials"] or proposal["seconds"] > CAP:
            return
        process.stdin.write(json.dumps(score) + "\n")
        process.stdin.flush()


def _result(judge, trials):
    """At each mark: the truth of the answer, and the seconds of the optimizer until then."""
    last = len(judge.truths)
    at = [min(mark, last) - 1 for mark in fixed.MARKS if mark <= trials]
    result = {
        "truths": [float(f"{judge.truths[i]:.7g}") for i in at],
        "seconds": [round(judge.seconds[i], 4) for i in at],
    }
    return result | ({"cut_at": last} if last < trials else {})


def _spoken(tool, task, judge):
    """Runs the process to the end of its trials; its last words."""
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [environments.python(tool.environment), str(HERE / "peers" / tool.script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=environments.variables(tool.environment),
        )
        timer = threading.Timer(HANGS, process.kill)
        timer.start()
        try:
            _converse(process, task, judge)
        except BrokenPipeError:
            pass  # it ended; its last words say why
        finally:
            timer.cancel()
            process.kill()
            process.communicate()
        errors.seek(0)
        return (errors.read().strip().splitlines() or ["it was silent"])[-1][:200]


def measure(tool, problem, seed, trials):
    """The result, or the last line of what went wrong."""
    judge = _Judge(problem, seed)
    words = _spoken(tool, _task(problem, tool, seed, trials), judge)
    if len(judge.truths) < trials and not (judge.seconds and judge.seconds[-1] > CAP):
        return {"failed": words}
    return _result(judge, trials)
