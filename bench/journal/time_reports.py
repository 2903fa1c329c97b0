#!/usr/bin/env python3
"""A trial that reports by `hpopt report` and writes down how long the median call took."""

import pathlib
import subprocess
import sys
import time


def main():
    program, runs, told, _ = sys.argv[1:]
    times = []
    for step in range(1, int(runs) + 1):
        began = time.perf_counter()
        subprocess.run([program, "report", "--step", str(step), "--score", "0.5"], check=False)
        times.append(time.perf_counter() - began)
    pathlib.Path(told).write_text(str(sorted(times)[len(times) // 2]))


if __name__ == "__main__":
    main()
