"""Short lives of a study in which hpopt is killed before a chosen operation on its journal.

    stage = Stage(hpopt, library, folder)
    outcome = stage.play(SCENES[0], 17)   # outcome.wrong: what did not come right again

Of every scene the command is killed at the N-th operation and given again; then it must come to
its right end, whatever N was.
"""

import dataclasses
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys

import witness

TRAINER = pathlib.Path(__file__).resolve().parent / "trainer.py"
PYTHON = [sys.executable, "-S", "-E"]  # the quickest to start
TRIALS = 2
TIME = 60
MORE = 5


@dataclasses.dataclass(frozen=True)
class Scene:
    name: str
    words: tuple = ()
    before: tuple = ()  # what is run beforehand: (words, killed at that share of its operations)


SCENES = (
    Scene("create, run and end"),
    Scene("go on after a kill", before=((), 0.7)),
    Scene("reuse", before=((), None)),
    Scene("extend", ("--extend", f"{MORE}s"), before=((), None)),
    Scene("start over", ("--restart",), before=((), None)),
)


@dataclasses.dataclass
class Outcome:
    killed: bool
    operation: str  # that was not done any more
    wrong: list


def sockets(folder, names):
    """A dead trial's, which nothing can copy."""
    return [name for name in names if (pathlib.Path(folder) / name).is_socket()]


class Stage:
    """A folder in which scenes are played one after the other. Threads: one a stage."""

    def __init__(self, hpopt, library, folder):
        self.hpopt = hpopt
        self.library = library
        self.folder = pathlib.Path(folder)
        self.store = self.folder / ".hpopt"
        self.diary = self.folder / "diary.jsonl"
        self.log = self.folder / "operations"
        self.prepared = {}

    def play(self, scene, number):
        self.restore(scene)
        done = self.run(scene.words, number)
        operations = self.operations()
        if done.returncode != -signal.SIGKILL:
            wrong = [] if done.returncode == 0 else [done.stdout]
            return Outcome(False, "", wrong + self.wrong(scene))
        had_ended = self.had_ended()
        again = self.run(scene.words)
        wrong = [] if again.returncode == 0 else [f"exit code {again.returncode}: {again.stdout}"]
        wrong += self.wrong(scene, had_ended)
        place = f"{scene.name}, operation {number} ({operations[-1]})"
        return Outcome(True, operations[-1], [f"{place}: {line}" for line in wrong])

    def count(self, scene):
        """The operations of the scene when nobody is killed."""
        self.restore(scene)
        self.run(scene.words, 0)
        return len(self.operations())

    def run(self, words, kill_at=None):
        surroundings = {k: v for k, v in os.environ.items() if not k.startswith("HPOPT_")}
        self.log.unlink(missing_ok=True)
        if kill_at is not None:
            surroundings |= {"LD_PRELOAD": str(self.library), "KILL_AT": str(kill_at),
                             "KILL_LOG": str(self.log), "ASAN_OPTIONS": "verify_asan_link_order=0"}
        return subprocess.run(
            [self.hpopt, "run", "--time", f"{TIME}s", "--metric", "score:max", "--name", "study",
             "--workers", "1", "--trials", str(TRIALS), *words, "--", *PYTHON, str(TRAINER),
             "--x", "~float(0,1)", "--mode", "asks", "--epochs", "2", "--delay", "0",
             "--diary", str(self.diary)],
            cwd=self.folder, env=surroundings, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=60)

    def ask(self, *words):
        done = subprocess.run([self.hpopt, *words, "--json"], cwd=self.folder, timeout=60,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return json.loads(done.stdout)

    def operations(self):
        if not self.log.exists():
            return []
        return [line.partition(" ")[2] for line in self.log.read_text().splitlines()]

    def had_ended(self):
        try:
            return witness.Account(self.store / "journal.db").ended
        except witness.NoStudy:
            return False

    def wrong(self, scene, had_ended=False):
        """What a study that has come to its end must not show."""
        account = witness.Account(self.store / "journal.db")
        diary = witness.read_diary(self.diary)
        wrong = account.broken()
        status = self.ask("status")
        if status["state"] != "finished" or sum(status["trials"].values()) != TRIALS:
            wrong.append(f"it stands at {status['state']} with {status['trials']}")
        expected = TIME + (MORE if "--extend" in scene.words else 0)
        # One that had ended when it was killed is extended anew, as by anybody who asks again.
        if status["time"]["budget"] not in (expected, expected + MORE * (expected > TIME and had_ended)):
            wrong.append(f"its time is {status['time']['budget']} s and not {expected} s")
        wrong += [f"replayed otherwise: {d}" for d in self.ask("replay")["differences"]]
        studies = 2 if scene.words == ("--restart",) else 1
        if studies == 1:
            wrong += witness.lost(diary, account.scores()) + witness.doubled(diary)
        elif account.studies < studies:
            wrong.append(f"there are {account.studies} studies")
        return wrong

    def restore(self, scene):
        """The folder as it was before the scene began."""
        if scene.before and scene.before not in self.prepared:
            self.prepare(scene.before)
        shutil.rmtree(self.store, ignore_errors=True)
        self.diary.unlink(missing_ok=True)
        if scene.before:
            kept = self.prepared[scene.before]
            shutil.copytree(kept / "store", self.store)
            shutil.copy(kept / "diary", self.diary)

    def prepare(self, before):
        words, share = before
        kill_at = None if share is None else int(share * self.count(SCENES[0]))
        self.restore(SCENES[0])
        self.run(words, kill_at)
        kept = self.folder / f"kept-{len(self.prepared)}"
        shutil.copytree(self.store, kept / "store", ignore=sockets)
        shutil.copy(self.diary, kept / "diary")
        self.prepared[before] = kept
