"""Who can be killed of a running hpopt, and the kill."""

import os
import pathlib
import signal

HPOPT, SHIM, WORKER, ALL = "hpopt", "shim", "worker", "all"


def children(pid):
    """The live ones, by their names."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            name, _, rest = (entry / "stat").read_text().partition("(")[2].rpartition(")")
        except OSError:  # it has ended meanwhile
            continue
        state, parent = rest.split()[:2]
        if int(parent) == pid and state != "Z":
            found.append((int(entry.name), name))
    return found


def find(pid, kind):
    """The processes of that kind that live right now, of the hpopt that is `pid`."""
    if kind == HPOPT:
        return [pid]
    below = children(pid)
    shims = [child for child, name in below if name == "hpopt-shim"]
    workers = [child for child, name in below if name != "hpopt-shim"]
    return {SHIM: shims, WORKER: workers[:1], ALL: [*workers, *shims, pid]}[kind]


def kill(pid, kind):
    """SIGKILL; whether there was somebody."""
    there = find(pid, kind)
    for victim in there:
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            continue
    return bool(there)
