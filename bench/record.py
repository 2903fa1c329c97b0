"""What the benchmarks share: the programs that they measure, and how a result is kept."""

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

ROOT = pathlib.Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results"


def parser(description, name):
    """The arguments of every benchmark; the result is named after it."""
    arguments = argparse.ArgumentParser(description=description)
    arguments.add_argument(
        "--out",
        type=pathlib.Path,
        default=RESULTS / f"{name}.json",
        help="the JSON file; the table goes beside it as .md (%(default)s)",
    )
    return arguments


def program(name):
    """The path of one of our programs, built by `./dev build release`."""
    build = pathlib.Path(os.environ.get("BUILD", ROOT / "build" / "release"))
    path = build / "bin" / name
    if not os.access(path, os.X_OK):
        raise SystemExit(f"{path} is missing; build it with: ./dev build release {name}")
    return str(path)


def google_benchmark(name, *flags, **environment):
    """What a benchmark program measured, by the name of each measurement."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        subprocess.run(
            [
                program(name),
                f"--benchmark_out={out.name}",
                "--benchmark_out_format=json",
                *flags,
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            env=os.environ | environment,
        )
        runs = json.load(out)["benchmarks"]
    for run in runs:
        if run.get("error_occurred"):
            raise SystemExit(f"{name}: {run['name']}: {run['error_message']}")
    return {run["name"]: run for run in runs}


def _first_line(*command):
    """What a command says first, or an empty text where it cannot be run."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, cwd=ROOT
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip().split("\n")[0]


def _cpu():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def surroundings(name, *packages):
    """Where and with what it is measured; called before the measurement begins."""
    cores = len(os.sched_getaffinity(0))
    versions = {"hpopt": _first_line(program("hpopt"), "--version").removeprefix("hpopt ")}
    versions |= {package: importlib.metadata.version(package) for package in packages}
    versions["python"] = platform.python_version()
    return {
        "command": shlex.join(["./dev", "bench", name, *sys.argv[1:]]),
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "commit": _first_line("git", "rev-parse", "--short", "HEAD"),
        "machine": f"{_cpu()}, {cores} cores, {platform.system()} {platform.release()}",
        "load_before": round(os.getloadavg()[0], 2),
        "versions": versions,
    }


def origin(around):
    """The lines that stand under every table."""
    versions = ", ".join(f"{name} {version}" for name, version in around["versions"].items())
    return [
        f"- command: `{around['command']}`",
        f"- machine: {around['machine']}; load before: {around['load_before']}",
        f"- versions: {versions}; commit {around['commit'] or 'unknown'}; {around['date']}",
    ]


def keep(out, document, lines):
    """Writes the measured document and its table, and shows the table."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    table = "\n".join(lines) + "\n"
    out.with_suffix(".md").write_text(table, encoding="utf-8")
    print("\n" + table)
