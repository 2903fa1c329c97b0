#!/usr/bin/env python3
"""The Python package beside Optuna: ask and tell, and eight processes on one study."""

import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import record

HERE = pathlib.Path(__file__).resolve().parent
PROCESSES = 8
IMPORTS = 6.0  # seconds until all have imported what they need
STORES = {
    "hpopt": ("hpopt, objective in a process of its own", "store"),
    "hpopt_in_process": ("hpopt, in_process=True", "store"),
    "optuna_sqlite": ("Optuna, SQLite", "store.db"),
    "optuna_journal": ("Optuna, journal file", "store.log"),
}


def parse_arguments():
    parser = record.parser(__doc__, "python")
    parser.add_argument("--repeats", type=int, default=5, help="of ask and tell (%(default)s)")
    parser.add_argument(
        "--trials", type=int, default=400, help="of all eight processes (%(default)s)"
    )
    return parser.parse_args()


def ask_and_tell(repeats):
    """Seconds and best scores of each, by turns."""
    found = {"hpopt": [], "optuna": []}
    for _ in range(repeats):
        for tool, runs in found.items():
            done = subprocess.run([sys.executable, HERE / "ask_tell.py", tool],
                                  check=True, capture_output=True, text=True)
            seconds, score = map(float, done.stdout.split())
            runs.append({"seconds": seconds, "best": score})
    return found


def eight_processes(tool, trials):
    """Trials a second, from the first that begins to the last that ends."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(pathlib.Path(folder) / STORES[tool][1])
        # Optuna's processes fail where several of them make the same SQLite file.
        subprocess.run([sys.executable, HERE / "one_process.py", tool, path], check=True)
        start = time.monotonic() + IMPORTS
        running = [
            subprocess.Popen(
                [sys.executable, HERE / "one_process.py", tool, path, str(trials), str(start)],
                stdout=subprocess.PIPE, text=True)
            for _ in range(PROCESSES)
        ]
        said = [process.communicate()[0].split() for process in running]
        if any(process.returncode for process in running):
            raise SystemExit(f"{tool}: a process failed")
    began = min(float(words[0]) for words in said)
    ended = max(float(words[1]) for words in said)
    return {"trials": trials, "seconds": ended - began, "a_second": trials / (ended - began)}


def table(document):
    asked = document["ask_tell"]
    ours, theirs = (statistics.median(run["seconds"] for run in asked[tool])
                    for tool in ("hpopt", "optuna"))
    lines = [
        "# The Python package",
        "",
        "## ask and tell",
        "",
        "1,000 trials of 10 parameters, the sphere function, in memory; the median of "
        f"{len(asked['hpopt'])} runs.",
        "",
        "| hpopt, s | promised | Optuna TPE, s | ratio |",
        "|---|---|---|---|",
        f"| {ours:.3f} | 0.2 | {theirs:.2f} | {theirs / ours:.0f} |",
        "",
        "## Eight processes",
        "",
        "Each calls `study.optimize` of the same study on the disk, with an objective that costs "
        f"nothing, until there are {document['settings']['trials']} trials.",
        "",
        "| what | trials a second | seconds |",
        "|---|---|---|",
    ]
    for tool, (words, _) in STORES.items():
        found = document["eight_processes"][tool]
        lines.append(f"| {words} | {found['a_second']:.1f} | {found['seconds']:.1f} |")
    return [*lines, "", *record.origin(document["surroundings"])]


def main():
    args = parse_arguments()
    document = {
        "surroundings": record.surroundings("python", "optuna"),
        "settings": {"repeats": args.repeats, "trials": args.trials},
        "ask_tell": ask_and_tell(args.repeats),
        "eight_processes": {tool: eight_processes(tool, args.trials) for tool in STORES},
    }
    record.keep(args.out, document, table(document))


if __name__ == "__main__":
    main()
