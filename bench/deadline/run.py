#!/usr/bin/env python3
"""Hostile trainers under hpopt and its peers: when a run ended, and what it left running."""

import concurrent.futures
import dataclasses
import math
import pathlib
import tempfile
import textwrap

import cases
import outside
import record
import report
from tools import PEERS_CAP, PROMISE, TOOLS

ROOT = pathlib.Path(__file__).resolve().parents[2]


def parse_arguments():
    parser = record.parser(__doc__, "deadline")
    parser.add_argument("--runs", type=int, default=500, help="of hpopt (%(default)s)")
    parser.add_argument("--peer-runs", type=int, default=40, help="of each peer (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn (%(default)s)")
    parser.add_argument("--jobs", type=int, default=2, help="runs at the same time (%(default)s)")
    parser.add_argument("--containment", help="hpopt's; default: what it finds best")
    parser.add_argument("--tools", default=",".join(TOOLS), help="(%(default)s)")
    args = parser.parse_args()
    args.tools = args.tools.split(",")
    for tool in args.tools:
        if tool not in TOOLS:
            parser.error(f"--tools: {tool!r} is not one of {', '.join(TOOLS)}")
    return args


def violations(case, found, seen):
    """What was promised and not kept."""
    broken = []
    if found["ended"] > PROMISE:
        broken.append("late")
    elif found["gone"] > PROMISE:
        broken.append("outlived")
    if seen.left:
        broken.append("left something")
    paused = case.interrupt_after is not None and seen.code == report.PAUSED
    if seen.reported and not found["answered"] and not paused:
        broken.append("no answer")
    said = {0, 1} | ({4} if outside.STORE_BREAKERS & {*case.kinds} else set())
    if seen.code not in said and not paused:
        broken.append(f"exit code {seen.code}")
    return broken


def as_in_the_tree(words):
    """Paths of the repository begin there, not at the root of one machine."""
    return words.replace(f"{ROOT}/", "")


def rounded(value):
    """As JSON has it: there is no infinity."""
    if not isinstance(value, float):
        return value
    return round(value, 3) if math.isfinite(value) else None


def measure(tool, case, containment):
    with tempfile.TemporaryDirectory(prefix="deadline-", ignore_cleanup_errors=True) as name:
        folder = pathlib.Path(name).resolve()
        found, seen = TOOLS[tool](case, folder, containment)
    return {
        "tool": tool,
        **dataclasses.asdict(case),
        **{key: rounded(value) for key, value in found.items()},
        "code": seen.code,
        "reported": seen.reported,
        "left": [as_in_the_tree(process.words) or process.state for process in seen.left],
        "peak_mib": round(seen.peak_kib / 1024, 1),
        "violations": violations(case, found, seen),
        "output": seen.output[-2000:] if violations(case, found, seen) else "",
    }


def show(run):
    print(
        f"{run['tool']} {run['number']}: {'+'.join(run['kinds'])} T={run['seconds']:g} "
        f"workers={run['workers']} ended={report.instant(run['ended'])} "
        f"gone={report.instant(run['gone'])} {', '.join(run['violations'])}",
        flush=True,
    )
    if run["output"]:
        print(textwrap.indent(run["output"], "    | "), flush=True)


def all_runs(args):
    """What is to be measured: hpopt's runs, then those of each peer, on the first cases."""
    for tool in args.tools:
        for number in range(args.runs if tool == "hpopt" else args.peer_runs):
            yield tool, cases.draw(args.seed, number)


def main():
    args = parse_arguments()
    packages = [name for name in ("optuna", "ray") if name in args.tools]
    document = {
        "surroundings": record.surroundings("deadline", *packages),
        "settings": {
            "seed": args.seed,
            "jobs": args.jobs,
            "containment": args.containment or "the best that it finds",
            "promise": PROMISE,
            "cap": PEERS_CAP,
        },
        "runs": [],
    }
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        waiting = [
            pool.submit(measure, tool, case, args.containment) for tool, case in all_runs(args)
        ]
        for done in concurrent.futures.as_completed(waiting):
            run = done.result()
            document["runs"].append(run)
            show(run)
    document["runs"].sort(key=lambda run: (args.tools.index(run["tool"]), run["number"]))
    record.keep(args.out, document, report.table(document))


if __name__ == "__main__":
    main()
