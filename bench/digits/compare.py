#!/usr/bin/env python3
"""hpopt, random search and Optuna on the digits trainer, each with the same time and workers."""

import argparse
import dataclasses
import datetime
import importlib.metadata
import json
import os
import pathlib
import platform
import shlex
import subprocess
import sys

import report
import trainer
from space import SPACES
from tools import TOOLS

ROOT = pathlib.Path(__file__).resolve().parents[2]


@dataclasses.dataclass(frozen=True)
class Settings:
    hpopt: str
    binary: str
    space: tuple
    time: float
    workers: int


def parse_arguments():
    build = pathlib.Path(os.environ.get("BUILD", ROOT / "build" / "release"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--time", type=float, default=60, help="seconds a tool (%(default)s)")
    parser.add_argument("--seeds", type=int, default=5, help="repetitions (%(default)s)")
    parser.add_argument("--first-seed", type=int, default=1, help="(%(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="(%(default)s)")
    parser.add_argument("--space", choices=SPACES, default="three", help="(%(default)s)")
    parser.add_argument("--tools", default=",".join(TOOLS), help="(%(default)s)")
    parser.add_argument("--hpopt", default=os.environ.get("HPOPT", build / "bin" / "hpopt"))
    parser.add_argument(
        "--trainer", default=os.environ.get("DIGITS_MLP", build / "bin" / "digits_mlp")
    )
    parser.add_argument(
        "--out",
        type=pathlib.Path,
        default=ROOT / "bench" / "results" / "digits.json",
        help="the JSON file; the table goes beside it as .md (%(default)s)",
    )
    args = parser.parse_args()
    args.tools = args.tools.split(",")
    for tool in args.tools:
        if tool not in TOOLS:
            parser.error(f"--tools: {tool!r} is not one of {', '.join(TOOLS)}")
    for program in [args.trainer] + ([args.hpopt] if "hpopt" in args.tools else []):
        if not os.access(program, os.X_OK):
            parser.error(f"{program} is missing; build it with: ./dev build release")
    return args


def measure(tool, settings, seed):
    """One run, and the check that its answer is true."""
    outcome = TOOLS[tool](settings, seed)
    winner = outcome.best_trial()
    if winner is None or not winner.reports:
        raise SystemExit(f"compare.py: {tool}, seed {seed}: no trial reported anything")
    validation, epoch = winner.best()
    again = trainer.replay(settings.binary, winner.params, epoch)
    if again is None or abs(again.validation - validation) > 1e-9:
        raise SystemExit(
            f"compare.py: {tool}, seed {seed}: reported {validation} at epoch {epoch} of "
            f"{winner.params}, but training it again gives {again}"
        )
    return {
        "tool": tool,
        "seed": seed,
        "validation": validation,
        "validation_by_deadline": outcome.best_trial(settings.time).best(settings.time)[0],
        "test": again.test,
        "ended": round(outcome.ended, 3),
        "trials": len(outcome.trials),
        "states": {s: outcome.count(s) for s in sorted({t.state for t in outcome.trials})},
        "epochs": outcome.epochs(),
        "best_epoch": epoch,
        "best_params": winner.params,
    }


def first_line(command):
    """What a command says first, or an empty text where it cannot be run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip().split("\n")[0]


def surroundings(args):
    """Where and with what it was measured."""
    cpu = next(
        (
            line.split(":", 1)[1].strip()
            for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    versions = {"python": platform.python_version()}
    if "hpopt" in args.tools:
        versions["hpopt"] = first_line([args.hpopt, "--version"]).removeprefix("hpopt ")
    if "optuna" in args.tools:
        versions["optuna"] = importlib.metadata.version("optuna")
    return {
        "command": shlex.join(["bench/digits/run.sh", *sys.argv[1:]]),
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "commit": first_line(["git", "rev-parse", "--short", "HEAD"]),
        "machine": f"{cpu}, {len(os.sched_getaffinity(0))} cores, {platform.system()} "
        f"{platform.release()}",
        "load_before": round(os.getloadavg()[0], 2),
        "versions": versions,
    }


def main():
    args = parse_arguments()
    settings = Settings(
        str(args.hpopt), str(args.trainer), SPACES[args.space], args.time, args.workers
    )
    document = {
        "surroundings": surroundings(args),
        "settings": {
            "time": args.time,
            "workers": args.workers,
            "space": {p.name: p.mark() for p in settings.space},
            "seeds": list(range(args.first_seed, args.first_seed + args.seeds)),
            "epochs_of_a_full_training": trainer.EPOCHS,
        },
        "runs": [],
    }
    for seed in document["settings"]["seeds"]:
        # Each seed begins with another tool, so that a slow drift of the machine favours none.
        turn = seed % len(args.tools)
        for tool in args.tools[turn:] + args.tools[:turn]:
            run = measure(tool, settings, seed)
            document["runs"].append(run)
            print(
                f"seed={seed} tool={tool} validation={run['validation']:.5f} "
                f"test={run['test']:.5f} trials={run['trials']} ended={run['ended']}",
                flush=True,
            )
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    table = report.markdown(document)
    args.out.with_suffix(".md").write_text(table, encoding="utf-8")
    print("\n" + table)


if __name__ == "__main__":
    main()
