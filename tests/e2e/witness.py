"""What is true of a study whatever was killed: each check gives the lines that say what is wrong.

    account = witness.Account(".hpopt/journal.db")
    diary = witness.read_diary(path)
    wrong = account.broken() + witness.lost(diary, account.scores()) + witness.doubled(diary)

The diary is what the trainers wrote down themselves (trainer.py).
"""

import json
import sqlite3

REVISION = (1 << 40) - 1
SESSION_OPENED, SUGGESTED, STARTED, PAUSED, ENDED, EXTENDED = 2, 4, 5, 8, 9, 12


def read_diary(path):
    """The lines that were written whole: a trainer may be killed in the middle of one."""
    if not path.exists():
        return []
    entries = []
    for line in path.read_text().split("\n"):
        try:
            entries.append(json.loads(line))
        except ValueError:
            continue
    return entries


def scores(trials):
    """By trial and step, of `hpopt trials --json`."""
    return {(t["trial"], r["step"]): r["score"] for t in trials for r in t["reports"]}


def acknowledged(diary):
    return [entry for entry in diary if entry["what"] == "acknowledged"]


def lost(diary, known):
    """Reports that were answered and are not among the known scores."""
    return [f"trial {e['trial']}: the report of step {e['step']} was answered and is lost"
            for e in acknowledged(diary) if known.get((e["trial"], e["step"])) != e["score"]]


def runs(diary):
    """Of each trial its runs in order, as lists of what one process wrote."""
    found = {}
    for entry in diary:
        found.setdefault(entry["trial"], {}).setdefault(entry["run"], []).append(entry)
    return {trial: list(lives.values()) for trial, lives in found.items()}


def doubled(diary):
    """Trials that ran twice at a time, and configurations that two trials share."""
    wrong = []
    owners = {}
    for trial, lives in runs(diary).items():
        for before, after in zip(lives, lives[1:]):
            if before[-1]["at"] > after[0]["at"]:
                wrong.append(f"trial {trial} ran twice at a time")
        for life in lives:
            if owners.setdefault(life[0]["x"], trial) != trial:
                wrong.append(f"trials {owners[life[0]['x']]} and {trial} had one configuration")
    return wrong


class NoStudy(Exception):
    """The store is not there yet, or holds no table yet."""


class Account:
    """The newest study of a name as its rows stand, read beside hpopt."""

    def __init__(self, path, name="study"):
        if not path.exists() or not path.stat().st_size:
            raise NoStudy
        try:
            self.read(path, name)
        except sqlite3.OperationalError as error:
            # Half made, it has a journal to roll back, which a reader may not.
            if "no such table" in str(error) or "readonly" in str(error):
                raise NoStudy from error
            raise

    def read(self, path, name):
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30) as store:
            store.execute("BEGIN")  # one look: hpopt goes on meanwhile
            rows = store.execute("SELECT number, revision, spent_ns, ended FROM studies WHERE name = ? "
                                 "ORDER BY number DESC", (name,)).fetchall()
            self.studies = len(rows)
            number, self.revision, spent, self.ended = rows[0] if rows else (0, 0, 0, 0)
            self.spent = spent / 1e9
            within = (number << 40, (number + 1) << 40)
            self.facts = store.execute(
                "SELECT id, kind, monotonic_ns, trial, token, key, body, session FROM facts "
                "WHERE id > ? AND id < ? ORDER BY id", within).fetchall()
            self.reports = store.execute(
                "SELECT id, token, sequence, trial, step, value FROM reports "
                "WHERE id > ? AND id < ? ORDER BY id", within).fetchall()
            holder = store.execute("SELECT holder FROM leases WHERE study = ? AND role = 'runner'",
                                   (number,)).fetchone()
            self.integrity = store.execute("PRAGMA integrity_check").fetchone()[0]
        store.close()
        self.held = bool(holder and holder[0])

    def of_kind(self, kind):
        return [fact for fact in self.facts if fact[1] == kind]

    def sessions(self):
        """When each process opened its session, by its number."""
        return {json.loads(f[6])["pid"]: f[2] / 1e9 for f in self.of_kind(SESSION_OPENED)}

    def scores(self):
        return {(trial, step): value for _, _, _, trial, step, value in self.reports}

    def unexplained(self, diary):
        """Trials that were told to stop, and the journal says nothing of it. For a study at rest:
        who is told to go is written down when it has gone."""
        first = {}
        for row, _, _, trial, step, _ in self.reports:
            first.setdefault((trial, step), row)
        left = {}
        for fact in self.of_kind(PAUSED) + self.of_kind(ENDED):
            left[fact[3]] = max(left.get(fact[3], 0), fact[0])
        return [f"trial {e['trial']} was told to stop at step {e['step']}, which nothing explains"
                for e in acknowledged(diary)
                if e["answer"] == "stop"
                and left.get(e["trial"], 0) < first.get((e["trial"], e["step"]), 0)]

    def extensions(self):
        return len(self.of_kind(EXTENDED))

    def broken(self):
        """What no journal may have, however its writers died."""
        wrong = [] if self.integrity == "ok" else [f"the file is damaged: {self.integrity}"]
        revisions = sorted(row[0] & REVISION for row in self.facts + self.reports)
        if revisions != list(range(1, self.revision + 1)):
            wrong.append("revisions are missing, or there twice")
        trials = [fact[3] for fact in self.of_kind(SUGGESTED)]
        if trials != list(range(1, len(trials) + 1)):
            wrong.append(f"the trials are numbered {trials}")
        for what, values in (("tokens", [fact[4] for fact in self.of_kind(STARTED)]),
                             ("requests", [fact[5] for fact in self.of_kind(SUGGESTED)]),
                             ("reports", [row[1:3] for row in self.reports])):
            if len(set(values)) != len(values):
                wrong.append(f"{what} are there twice")
        return wrong
