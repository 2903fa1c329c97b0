"""The contestants: each runs a case in a folder and tells what was seen of it from outside."""

import os
import pathlib
import shutil
import sys
import tempfile

import outside

import record

HERE = pathlib.Path(__file__).resolve().parent
PROMISE = 1.0  # seconds after the time by which hpopt and all that it started are gone
PEERS_CAP = 30.0  # seconds after the time at which a peer is killed


def run_hpopt(case, folder, containment):
    command = [
        *(record.program("hpopt"), "run", "--name", "hostile", "--metric", "score:max"),
        *("--time", f"{case.seconds}s", "--workers", str(case.workers)),
        *("--seed", str(case.number)),
        *(("--containment", containment) if containment else ()),
        *("--", sys.executable, outside.MIX, "--x", "~float(0,1)"),
    ]
    limit = case.seconds + PEERS_CAP
    seen = outside.watch(command, folder, case.kinds, limit, case.interrupt_after)
    found = {
        "ended": seen.ended - case.seconds,
        "gone": seen.gone - case.seconds,
        "answered": "best score" in seen.output,
    }
    return found, seen


def _run_peer(script, start, case, folder):
    """`start`: seconds allowed for imports and servers before its time begins."""
    # Ray refuses long paths, since it makes sockets there.
    temporary = tempfile.mkdtemp(prefix="ray")
    command = [sys.executable, str(HERE / script), str(case.seconds), str(case.workers)]
    try:
        seen = outside.watch(
            [*command, str(case.number)], folder, case.kinds, case.seconds + PEERS_CAP + start,
            PEER_TRAINER=outside.MIX, PEER_TEMPORARY=temporary)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    marks = dict(line.split(" ", 1) for line in seen.output.splitlines()
                 if line.startswith(("begun ", "returned ", "answer ")))
    begun = float(marks.get("begun", seen.begun)) - seen.begun
    found = {
        "ended": seen.ended - begun - case.seconds,
        "gone": seen.gone - begun - case.seconds,
        "answered": "answer" in marks,
    }
    if "returned" in marks:
        found["returned"] = float(marks["returned"]) - seen.begun - begun - case.seconds
    return found, seen


TOOLS = {
    "hpopt": run_hpopt,
    "optuna": lambda case, folder, _: _run_peer("optuna_peer.py", 3, case, folder),
    "ray": lambda case, folder, _: _run_peer("ray_peer.py", 20, case, folder),
}
