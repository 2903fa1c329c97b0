#!/usr/bin/env python3
"""What `import hpopt` costs beside an interpreter that imports nothing, from the wheel."""

import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import record

ROUNDS = 30
PROMISED_MS = 60

STATEMENTS = {"nothing": "pass", "hpopt": "import hpopt", "json": "import json"}


def newest_wheel():
    """The wheel of these sources, as `./dev wheel` packs it."""
    subprocess.run([record.ROOT / "dev", "wheel"], check=True, stdout=subprocess.DEVNULL)
    wheels = (record.ROOT / "dist").glob("hpopt-*.whl")
    return max(wheels, key=lambda path: path.stat().st_mtime)


def install(wheel, place):
    """The interpreter of a fresh virtual environment that has the wheel and what it requires."""
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    python = pathlib.Path(place) / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", wheel], check=True)
    return python


def milliseconds(python):
    """Of a whole process for each statement, taken by turns."""
    taken = {name: [] for name in STATEMENTS}
    for turn in range(ROUNDS + 1):
        for name, statement in STATEMENTS.items():
            began = time.perf_counter()
            subprocess.run([python, "-I", "-c", statement], check=True)
            if turn > 0:  # the first compiles the package and fills the cache of files
                taken[name].append(1000 * (time.perf_counter() - began))
    return {name: statistics.median(values) for name, values in taken.items()}


def loaded(python):
    """The modules that come with hpopt."""
    code = "import sys; before = set(sys.modules); import hpopt; print(*set(sys.modules) - before)"
    said = subprocess.run([python, "-I", "-c", code], check=True, capture_output=True, text=True)
    return sorted(said.stdout.split())


def table(document):
    took = document["process_ms"]
    bare = took["nothing"]
    lines = [
        "# What `import hpopt` costs",
        "",
        f"Whole processes of the interpreter, median of {ROUNDS}, by turns.",
        "",
        "| imports | process, ms | more than nothing, ms | ratio | promised |",
        "|---|---|---|---|---|",
    ]
    for name in ("nothing", "json", "hpopt"):
        more = "" if name == "nothing" else f"{took[name] - bare:.1f}"
        promised = f"{PROMISED_MS} ms" if name == "hpopt" else ""
        ratio = took[name] / bare
        lines.append(f"| {name} | {took[name]:.1f} | {more} | {ratio:.2f} | {promised} |")
    lines += [
        "",
        f"The wheel takes {document['wheel_bytes'] / 1e6:.1f} MB, "
        f"and brings {len(document['modules'])} modules into the process.",
        "",
    ]
    return lines + record.origin(document["surroundings"])


def main():
    args = record.parser(__doc__, "python_import").parse_args()
    wheel = newest_wheel()
    with tempfile.TemporaryDirectory() as place:
        python = install(wheel, place)
        document = {
            "surroundings": record.surroundings("python_import"),
            "wheel_bytes": wheel.stat().st_size,
            "process_ms": milliseconds(python),
            "modules": loaded(python),
        }
    record.keep(args.out, document, table(document))


if __name__ == "__main__":
    main()
