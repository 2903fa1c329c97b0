#!/usr/bin/env python3
"""What a suggestion costs: hpopt's default sampler and Optuna's TPE, ten parameters, one run."""

import argparse
import datetime
import importlib.metadata
import json
import os
import pathlib
import platform
import shlex
import subprocess
import sys
import tempfile
import warnings

import optuna

import optuna_tpe

ROOT = pathlib.Path(__file__).resolve().parents[2]


def parse_arguments():
    build = pathlib.Path(os.environ.get("BUILD", ROOT / "build" / "release"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", default=build / "bin" / "sampler_bench", help="(%(default)s)")
    parser.add_argument(
        "--out",
        type=pathlib.Path,
        default=ROOT / "bench" / "results" / "overhead_tpe.json",
        help="the JSON file; the table goes beside it as .md (%(default)s)",
    )
    args = parser.parse_args()
    if not os.access(args.bench, os.X_OK):
        parser.error(f"{args.bench} is missing; build it with: ./dev build release sampler_bench")
    return args


def hpopt(args):
    """What sampler_bench measured."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        subprocess.run(
            [args.bench, f"--benchmark_out={out.name}", "--benchmark_out_format=json"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        runs = json.load(out)["benchmarks"]
    found = {"from_nothing_seconds": {}, "after_ms_a_trial": {}}
    for run in runs:
        kind, trials = run["name"].split("/")[:2]
        if kind == "suggest_and_tell_from_nothing":
            found["from_nothing_seconds"][trials] = run["real_time"] / 1000
        else:
            found["after_ms_a_trial"][trials] = run["real_time"] / 1000
    return found


def first_line(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip().split("\n")[0]


def surroundings():
    cpu = next(
        (
            line.split(":", 1)[1].strip()
            for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return {
        "command": shlex.join(["bench/overhead/run.sh", *sys.argv[1:]]),
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "commit": first_line(["git", "rev-parse", "--short", "HEAD"]),
        "machine": f"{cpu}, {len(os.sched_getaffinity(0))} cores, {platform.system()} "
        f"{platform.release()}",
        "load_before": round(os.getloadavg()[0], 2),
        "versions": {
            "optuna": importlib.metadata.version("optuna"),
            "python": platform.python_version(),
        },
    }


def markdown(document):
    ours = document["hpopt"]
    around = document["surroundings"]
    lines = [
        "# What a suggestion costs: hpopt and Optuna",
        "",
        "Ten real parameters, the sphere function, one report a trial, all in memory: suggest and "
        "tell. Optuna's cost after 10,000 trials is that of ten trials told after 10,000 that were "
        "put there.",
        "",
        "| what | hpopt | promised | Optuna TPE | ratio | Optuna TPE, multivariate | ratio |",
        "|---|---|---|---|---|---|---|",
    ]

    def row(what, kind, trials, unit, promised):
        mine = ours[kind][trials]
        cells = [f"{what}, {unit}", f"{mine:.3f}", promised]
        for peer in ("optuna", "optuna_multivariate"):
            theirs = document[peer][kind][trials]
            cells += [f"{theirs:.3g}", f"{theirs / mine:.0f}"]
        return "| " + " | ".join(cells) + " |"

    lines += [
        row("1,000 trials from nothing", "from_nothing_seconds", "1000", "s", "0.15"),
        row("2,000 trials from nothing", "from_nothing_seconds", "2000", "s", ""),
        row("one more trial after 1,000", "after_ms_a_trial", "1000", "ms", ""),
        row("one more trial after 10,000", "after_ms_a_trial", "10000", "ms", "1"),
        "",
        f"- command: `{around['command']}`",
        f"- machine: {around['machine']}; load before: {around['load_before']}; one thread each",
        f"- versions: {', '.join(f'{n} {v}' for n, v in around['versions'].items())}; commit "
        f"{around['commit'] or 'unknown'}; {around['date']}",
    ]
    return "\n".join(lines) + "\n"


def main():
    args = parse_arguments()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    warnings.simplefilter("ignore")
    document = {
        "surroundings": surroundings(),
        "hpopt": hpopt(args),
        "optuna": optuna_tpe.measure(multivariate=False),
        "optuna_multivariate": optuna_tpe.measure(multivariate=True),
    }
    document = json.loads(json.dumps(document))  # keys as they will be read
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    table = markdown(document)
    args.out.with_suffix(".md").write_text(table, encoding="utf-8")
    print("\n" + table)


if __name__ == "__main__":
    main()
