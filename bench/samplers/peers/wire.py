"""The end of the pipe in an optimizer's process: it proposes, the benchmark evaluates.

def run(task):
    while task.left:
        score = task.evaluate({"lr": 0.1})

serve(run)

One line of JSON in for the task and for each score, one out for each configuration. The seconds are
those of the processor in this process since its imports, evaluations left out.
"""

import json
import os
import random
import sys
import time
import traceback

import spaces


class Task:
    """What is to be minimized; `initial` are configurations that everyone begins with."""

    def __init__(self, document, lines, out):
        self.space = spaces.from_json(document["space"])
        self.trials, self.seed = document["trials"], document["seed"]
        self.initial, self.sampler = document["initial"], document["sampler"]
        self.left = self.trials
        self._lines, self._out = lines, out
        self._began = time.process_time()

    def evaluate(self, config):
        """The score of a configuration, of which what is not there is left out."""
        kept = spaces.active(self.space, config)
        proposal = {"config": kept, "seconds": time.process_time() - self._began}
        print(json.dumps(proposal), file=self._out, flush=True)
        self.left -= 1
        return json.loads(next(self._lines))

    def filled_initial(self):
        """The same for those that know no conditions: with values for what is not there."""
        return [spaces.filled(self.space, config) for config in self.initial]

    def evaluate_initial(self):
        """Pairs of a configuration and its score."""
        return [(config, self.evaluate(config)) for config in self.initial]


def plain(value):
    """A NumPy scalar as Python's own."""
    return value.item() if hasattr(value, "item") else value


def serve(run):
    # What a library prints must not come between the lines.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    task = Task(json.loads(next(sys.stdin)), sys.stdin, out)
    random.seed(task.seed)
    try:
        run(task)
    except Exception:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)  # threads of a library would keep the process
    os._exit(0)
