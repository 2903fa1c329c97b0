"""A study that is killed again and again, at random instants, until its time is up."""

import collections
import dataclasses
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

import victims
import witness

TRAINER = pathlib.Path(witness.__file__).parent / "trainer.py"
TIME = 10  # seconds of a study at first
MORE = 5  # seconds of an extension
BEAT = 1.0
VICTIMS = {victims.HPOPT: 50, victims.ALL: 20, victims.WORKER: 15, victims.SHIM: 15}
INSTANTS = {"opening": 30, "working": 50, "any": 20}


@dataclasses.dataclass
class Tally:
    """What a lane has seen."""

    kills: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    wrong: list = dataclasses.field(default_factory=list)
    over_session: list = dataclasses.field(default_factory=list)
    over_process: list = dataclasses.field(default_factory=list)
    studies: int = 0
    sessions: int = 0
    reports: int = 0
    decisions: int = 0
    reuses: int = 0

    def count(self):
        return sum(self.kills.values())


def draw(rng, weights):
    return rng.choices(list(weights), list(weights.values()))[0]


class Life:
    """One study in a folder of its own."""

    def __init__(self, hpopt, rng, tally):
        self.hpopt = hpopt
        self.rng = rng
        self.tally = tally
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hpopt-kill-"))
        self.journal = self.folder / ".hpopt" / "journal.db"
        self.diary = self.folder / "diary.jsonl"
        self.lived = 0.0  # seconds between the start and the end of a process, in all
        self.worked = 0.0  # of those, with an open session
        self.deaths = 0
        self.told = set()

    def live(self, enough):
        """Runs, is killed, goes on, is reused, extended and reused again."""
        try:
            self.pursue((), enough)
            self.reuse(enough)
            self.pursue(("--extend", f"{MORE}s"), enough)
            self.reuse(enough)
            self.settle()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def pursue(self, words, enough):
        """Until its time is up; what is killed is given again."""
        extensions = self.extensions()
        while not self.attempt(words, enough):
            if words and self.extensions() > extensions:
                words = ()  # it has heard that it gets more time

    def attempt(self, words, enough):
        """One process from its start to its end; whether it ended by itself."""
        before = self.account()
        process = self.start(words)
        began = time.monotonic()
        while True:
            victim, instant = draw(self.rng, VICTIMS), draw(self.rng, INSTANTS)
            if enough() or not self.wait(process, instant):
                self.end(process, began)
                return True
            if not victims.kill(process.pid, victim):
                continue
            self.tally.kills[victim, instant] += 1
            if victim in (victims.HPOPT, victims.ALL):
                self.bury(process, began, before)
                self.check(f"after a kill of {victim} while {instant}")
                return False

    def reuse(self, enough):
        """The answer is there: a kill while it is shown again costs nothing."""
        for _ in range(2):
            if enough():
                return
            process = self.start(())
            time.sleep(self.rng.uniform(0, 0.03))
            if victims.kill(process.pid, victims.HPOPT) and process.wait() == -9:
                self.tally.kills[victims.HPOPT, "reusing"] += 1
            self.check("after a kill while reusing")
        process = self.start(())
        if process.wait(timeout=60) != 0:
            self.report(f"reuse: exit code {process.returncode}")
        self.tally.reuses += 1

    def wait(self, process, instant):
        """Until the instant has come; false when the process has ended before."""
        if instant == "working":
            goal = self.acknowledged() + self.rng.randint(1, 4)
            while process.poll() is None and self.acknowledged() < goal:
                time.sleep(0.01)
            time.sleep(self.rng.uniform(0, 0.03))
        else:
            time.sleep(self.rng.uniform(0, 0.05 if instant == "opening" else 1.2))
        return process.poll() is None

    def start(self, words):
        surroundings = {k: v for k, v in os.environ.items() if not k.startswith("HPOPT_")}
        command = [
            *(self.hpopt, "run", "--time", f"{TIME}s", "--metric", "score:max"),
            *("--name", "study", "--workers", "2", *words, "--", sys.executable, "-S", "-E", str(TRAINER)),
            *("--x", "~float(0,1)", "--mode", "asks", "--epochs", "12", "--delay", "0.03"),
            *("--diary", str(self.diary)),
        ]
        with open(self.folder / "output", "w", encoding="utf-8") as output:
            return subprocess.Popen(
                command,
                cwd=self.folder,
                env=surroundings,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def bury(self, process, began, before):
        """What the dead session had charged, against how long it had lived."""
        died = time.monotonic()
        process.wait()
        self.deaths += 1
        self.lived += died - began
        after = self.account()
        opened = after.sessions().get(process.pid) if after else None
        if opened is None:
            return
        self.worked += died - opened
        taken_over = BEAT if before and before.held else 0
        charged = after.spent - (before.spent if before else 0) - taken_over + BEAT
        self.tally.over_session.append(charged - (died - opened))
        self.tally.over_process.append(charged - (died - began))

    def end(self, process, began):
        """It ends by itself: its time is up, or it was told to stop."""
        if process.poll() is None:
            subprocess.run(
                [self.hpopt, "stop", "study"], cwd=self.folder, capture_output=True
            )
        code = process.wait(timeout=60)
        self.lived += time.monotonic() - began
        account = self.account()
        opened = account.sessions().get(process.pid) if account else None
        self.worked += time.monotonic() - opened if opened else 0
        if code not in (0, 1):
            output = (self.folder / "output").read_text(encoding="utf-8")
            self.report(f"exit code {code}: {output[-400:]}")
        self.check("at an end")

    def settle(self):
        """At the end of the life: decisions, and the time of all sessions."""
        account = self.account()
        if not account or not account.studies:
            return
        done = subprocess.run(
            [self.hpopt, "replay", "study", "--json"],
            cwd=self.folder,
            stdout=subprocess.PIPE,
        )
        replayed = json.loads(done.stdout)
        for difference in replayed["differences"]:
            self.report(f"replayed otherwise: {difference}")
        self.tally.decisions += replayed["decisions"]
        self.tally.studies += 1
        self.tally.sessions += len(account.sessions())
        self.tally.reports += self.acknowledged()
        for line in account.unexplained(witness.read_diary(self.diary)):
            self.report(line)
        if account.spent < self.worked - 0.05 * (self.deaths + 1):
            self.report(f"{self.worked} s were worked and {account.spent} s charged")
        if account.spent > self.lived + BEAT * (self.deaths + 1):
            self.report(f"{self.lived} s were lived and {account.spent} s charged")

    def check(self, when):
        account = self.account()
        if account is None:
            return
        diary = witness.read_diary(self.diary)
        wrong = account.broken() + witness.doubled(diary)
        for line in wrong + witness.lost(diary, account.scores()):
            self.report(f"{line} ({when})")

    def report(self, line):
        if line not in self.told:
            self.told.add(line)
            self.tally.wrong.append(line)

    def account(self):
        """None: there is no store yet."""
        try:
            return witness.Account(self.journal)
        except witness.NoStudy:
            return None

    def extensions(self):
        account = self.account()
        return account.extensions() if account else 0

    def acknowledged(self):
        return len(witness.acknowledged(witness.read_diary(self.diary)))


def lane(hpopt, seed, tally, enough):
    rng = random.Random(seed)
    while not enough():
        Life(hpopt, rng, tally).live(enough)
