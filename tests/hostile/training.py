"""What the hostile trainers share: a score that is best at x = 0.3, a diary, and a fuse.

Each program here does one thing that a training should not do. They are run under hpopt (and under
its peers) to see what outlives the deadline, so each must be harmless by itself: it ends after FUSE
seconds at the latest, counts what it forks, and writes nothing outside HOSTILE_FOLDER, the folder
of the run, which also marks every process of it. One kind is missing: a process that the kernel
itself lets sleep uninterruptibly needs a broken disk or network, and nothing can end it.
"""

import argparse
import json
import os
import pathlib
import sys
import time

FUSE = 120  # seconds
FOLDER = pathlib.Path(os.environ.get("HOSTILE_FOLDER", "."))
BEGUN = time.monotonic()


def _x():
    parser = argparse.ArgumentParser()
    parser.add_argument("--x", type=float, required=True)
    return parser.parse_known_args()[0].x


X = _x()


def score(step):
    return round(1 - (X - 0.3) ** 2 - 0.5 / step, 6)


def write(what):
    line = json.dumps({"what": what, "kind": pathlib.Path(sys.argv[0]).stem, "x": X}) + "\n"
    handle = os.open(FOLDER / "diary.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(handle, line.encode())
    os.close(handle)


def report(step=1):
    """One line as any training prints it; the diary then knows that it has been said."""
    print(f"Epoch {step} - score: {score(step)}", flush=True)
    write("reported")


def train():
    """Some honest work before the misdeed: an epoch or two."""
    for step in (1, 2):
        time.sleep(0.05 + 0.2 * X)
        report(step)


def burning():
    """Whether the fuse still burns."""
    return time.monotonic() - BEGUN < FUSE


def linger():
    """Does nothing until the fuse has burnt down."""
    while burning():
        time.sleep(1)
    os._exit(0)


def child(work=linger):
    """Forks a process that does `work` and ends; its number."""
    number = os.fork()
    if number == 0:
        try:
            work()
        finally:
            os._exit(0)
    return number


def daemon(work=linger):
    """The same in a session of its own, and fallen to whoever takes orphans."""

    def leave():
        os.setsid()
        child(work)

    os.waitpid(child(leave), 0)
