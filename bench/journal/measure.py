#!/usr/bin/env python3
"""The SQLite journal and Optuna's storages: the same trials from 8 processes, on the same disk."""

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
import time

import optuna_trials

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROCESSES = 8


def parse_arguments():
    build = pathlib.Path(os.environ.get("BUILD", ROOT / "build" / "release"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", default=build / "bin" / "storage_bench", help="(%(default)s)")
    parser.add_argument(
        "--optuna-trials", type=int, default=25, help="of each process (%(default)s)"
    )
    parser.add_argument(
        "--folder", default=tempfile.gettempdir(), help="on the disk to measure (%(default)s)"
    )
    parser.add_argument(
        "--out",
        type=pathlib.Path,
        default=ROOT / "bench" / "results" / "journal.json",
        help="the JSON file; the table goes beside it as .md (%(default)s)",
    )
    args = parser.parse_args()
    if not os.access(args.bench, os.X_OK):
        parser.error(f"{args.bench} is missing; build it with: ./dev build release storage_bench")
    return args


def sync_milliseconds(folder):
    """The median time that the disk takes to keep 4 KiB for good."""
    times = []
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        for _ in range(50):
            file.write(bytes(4096))
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
    return round(1000 * sorted(times)[len(times) // 2], 3)


def hpopt(args):
    """What storage_bench measured, by the benchmark's name."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        subprocess.run(
            [args.bench, f"--benchmark_out={out.name}", "--benchmark_out_format=json"],
            check=True,
            env=os.environ | {"TMPDIR": args.folder},
        )
        found = {}
        for run in json.load(out)["benchmarks"]:
            if run.get("error_occurred"):
                raise SystemExit(f"measure.py: {run['name']}: {run['error_message']}")
            found[run["name"].split("/iterations:")[0]] = run
    reports = {
        "1 process, 1 report an append": found["reports/processes:1/batch:1"],
        "8 processes, 1 report an append": found["reports/processes:8/batch:1"],
        "8 processes, 16 reports an append": found["reports/processes:8/batch:16"],
    }
    return {
        "reports_per_second": {name: run["reports_per_second"] for name, run in reports.items()},
        "trials_per_second": found[f"trials/processes:{PROCESSES}"]["trials_per_second"],
        "open_100000_trials": {
            "seconds": found["open_large_study"]["real_time"] / 1000,
            "peak_mib": found["open_large_study"]["peak_mib"],
        },
    }


def optuna(args, kind):
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        seconds = optuna_trials.measure(
            kind, pathlib.Path(folder), PROCESSES, args.optuna_trials
        )
    return PROCESSES * args.optuna_trials / seconds


def first_line(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip().split("\n")[0]


def surroundings(args):
    cpu = next(
        (
            line.split(":", 1)[1].strip()
            for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return {
        "command": shlex.join(["bench/journal/run.sh", *sys.argv[1:]]),
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "commit": first_line(["git", "rev-parse", "--short", "HEAD"]),
        "machine": f"{cpu}, {len(os.sched_getaffinity(0))} cores, {platform.system()} "
        f"{platform.release()}",
        "load_before": round(os.getloadavg()[0], 2),
        "sync_ms": sync_milliseconds(args.folder),
        "versions": {
            "optuna": importlib.metadata.version("optuna"),
            "python": platform.python_version(),
        },
    }


def markdown(document):
    ours = document["hpopt"]
    around = document["surroundings"]
    rates = {"hpopt, SQLite": ours["trials_per_second"]}
    rates |= {f"Optuna, {kind}": rate for kind, rate in document["optuna"].items()}
    lines = [
        "# The journal: hpopt and its peers",
        "",
        f"Whole trials from {PROCESSES} processes: 2 parameters, 3 reports, each on its own; "
        "beginning and end of a trial are on the disk when the call returns.",
        "",
        "| storage | trials a second | hpopt is faster by |",
        "|---|---|---|",
    ]
    for name, rate in rates.items():
        lines.append(f"| {name} | {rate:.0f} | {ours['trials_per_second'] / rate:.1f} |")
    lines += ["", "hpopt alone:", "", "| what | measured | promised |", "|---|---|---|"]
    for name, rate in ours["reports_per_second"].items():
        promise = "10,000" if name.startswith("8") else ""
        lines.append(f"| reports a second, {name} | {rate:,.0f} | {promise} |")
    opening = ours["open_100000_trials"]
    lines += [
        f"| open 100,000 trials with 10 reports each, s | {opening['seconds']:.2f} | 1 |",
        f"| its peak memory, MiB | {opening['peak_mib']:.0f} | 256 |",
        "",
        f"- command: `{around['command']}`",
        f"- machine: {around['machine']}; load before: {around['load_before']}; the disk syncs "
        f"4 KiB in {around['sync_ms']} ms",
        f"- versions: {', '.join(f'{n} {v}' for n, v in around['versions'].items())}; commit "
        f"{around['commit'] or 'unknown'}; {around['date']}",
    ]
    return "\n".join(lines) + "\n"


def main():
    args = parse_arguments()
    document = {"surroundings": surroundings(args), "hpopt": hpopt(args)}
    document["optuna"] = {kind: optuna(args, kind) for kind in optuna_trials.STORAGES}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    table = markdown(document)
    args.out.with_suffix(".md").write_text(table, encoding="utf-8")
    print("\n" + table)


if __name__ == "__main__":
    main()
