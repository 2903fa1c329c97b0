#!/usr/bin/env python3
"""The SQLite journal and Optuna's storages: the same trials from 8 processes, on the same disk."""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

import optuna_trials
import record

HERE = pathlib.Path(__file__).resolve().parent
PROCESSES = 8
RUNS = 15  # of a command; their median counts


def parse_arguments():
    parser = record.parser(__doc__, "journal")
    parser.add_argument(
        "--optuna-trials", type=int, default=25, help="of each process (%(default)s)"
    )
    parser.add_argument(
        "--folder", default=tempfile.gettempdir(), help="on the disk to measure (%(default)s)"
    )
    return parser.parse_args()


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


def hpopt(args, large_store):
    """What storage_bench measured, by the benchmark's name; it leaves its large store."""
    runs = record.google_benchmark(
        "storage_bench", TMPDIR=args.folder, LARGE_STORE=str(large_store)
    )
    found = {name.split("/iterations:")[0]: run for name, run in runs.items()}
    reports = {
        "1 process, 1 report an append": found["reports/processes:1/batch:1"],
        "8 processes, 1 report an append": found["reports/processes:8/batch:1"],
        "8 processes, 16 reports an append": found["reports/processes:8/batch:16"],
    }
    return {
        "reports_per_second": {name: run["reports_per_second"] for name, run in reports.items()},
        "worst_wait": {name: run["worst_wait"] for name, run in reports.items()},
        "trials_per_second": found[f"trials/processes:{PROCESSES}"]["trials_per_second"],
        "open_100000_trials": {
            "seconds": found["open_large_study"]["real_time"] / 1000,
            "peak_mib": found["open_large_study"]["peak_mib"],
        },
    }


def seconds_of(*words):
    """The median time of a command, which must succeed."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - began)
    return sorted(times)[RUNS // 2]


def looking(large_store):
    """`hpopt status` of the large study: at first from its facts, then from the digest it kept."""
    hpopt_program = record.program("hpopt")
    began = time.perf_counter()
    subprocess.run(
        [hpopt_program, "status", "--storage", large_store], check=True, stdout=subprocess.DEVNULL
    )
    return {
        "first_status": time.perf_counter() - began,
        "status": seconds_of(hpopt_program, "status", "--storage", large_store),
    }


def reporting(folder):
    """`hpopt report` as a trial calls it."""
    told = folder / "report.txt"
    trial = [sys.executable, HERE / "time_reports.py", record.program("hpopt"), RUNS, told]
    subprocess.run(
        [record.program("hpopt"), "run", "--time", "20s", "--trials", "1", "--metric", "score:max"]
        + ["--quiet", "--storage", folder / "store", "--", *map(str, trial), "~round:int(1,2)"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return float(told.read_text())


def optuna(args, kind):
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        seconds = optuna_trials.measure(
            kind, pathlib.Path(folder), PROCESSES, args.optuna_trials
        )
    return PROCESSES * args.optuna_trials / seconds


def table(document):
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
    for name, wait in ours["worst_wait"].items():
        promise = "1" if name.startswith("8") else ""
        lines.append(f"| the longest wait for an append, {name}, s | {wait:.3f} | {promise} |")
    opening = ours["open_100000_trials"]
    lines += [
        f"| open 100,000 trials with 10 reports each, s | {opening['seconds']:.2f} | 1 |",
        f"| its peak memory, MiB | {opening['peak_mib']:.0f} | 256 |",
        f"| `hpopt status` of it, s | {ours['status']:.3f} | 0.150 |",
        f"| the same when nothing was kept of it yet, s | {ours['first_status']:.2f} | |",
        f"| `hpopt report`, s | {ours['report']:.3f} | 0.010 |",
        "",
        f"The disk syncs 4 KiB in {around['sync_ms']} ms.",
        "",
    ]
    return lines + record.origin(around)


def main():
    args = parse_arguments()
    document = {
        "surroundings": record.surroundings("journal", "optuna")
        | {"sync_ms": sync_milliseconds(args.folder)}
    }
    with tempfile.TemporaryDirectory(dir=args.folder) as name:
        folder = pathlib.Path(name)
        document["hpopt"] = hpopt(args, folder / "large")
        document["hpopt"] |= looking(folder / "large")
        document["hpopt"] |= {"report": reporting(folder)}
    document["optuna"] = {kind: optuna(args, kind) for kind in optuna_trials.STORAGES}
    record.keep(args.out, document, table(document))


if __name__ == "__main__":
    main()
