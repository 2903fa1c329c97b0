#!/usr/bin/env python3
"""What a suggestion costs as a study grows, by hpopt's samplers and Optuna's."""

import json
import pathlib
import subprocess

import record
from samplers import environments

HERE = pathlib.Path(__file__).resolve().parent
NAMES = {"gp": "Gaussian process", "tpe": "TPE", "cmaes": "CMA-ES"}
# The environments that hold Optuna with what it needs.
PEERS = {"gp": "torch", "tpe": "light", "cmaes": "light"}
PROMISED_MS = {("gp", 200, 0): 20, ("gp", 500, 0): 60, ("tpe", 10_000, 0): 1}
MOST_IN_COMPANY = 2  # times the cost where nothing is under way


def costs():
    """By (sampler, trials done, trials under way)."""
    found = {}
    runs = record.google_benchmark("sampler_bench", "--benchmark_filter=^suggest/")
    for name, run in runs.items():
        _, sampler, done, under_way = name.split("/")[:4]
        cost = {"mean_ms": run["real_time"], "slowest_ms": run["slowest_ms"]}
        found[sampler, int(done), int(under_way)] = cost
    return found


def memory(sampler):
    """In a process that has done nothing else, by the number of suggestions."""
    filtered = f"--benchmark_filter=^memory/{sampler}/"
    (run,) = record.google_benchmark("sampler_bench", filtered).values()
    return {n: run[f"after_{n}_mib"] for n in ("200", "2000")}


def optuna(case):
    """The same of Optuna; None: it does not install here."""
    sampler, done, under_way = case
    environment = PEERS[sampler]
    try:
        python = environments.python(environment)
    except environments.Unavailable as error:
        print(f"without Optuna's {sampler}: {error}", flush=True)
        return None
    print(f"Optuna's {sampler} after {done} trials, {under_way} under way", flush=True)
    run = subprocess.run(
        [python, HERE / "optuna_peer.py", sampler, str(done), str(under_way)],
        env=environments.variables(environment), check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(run.stdout)


def measure():
    cases = [
        {"sampler": case[0], "done": case[1], "under_way": case[2], "promised_ms":
         PROMISED_MS.get(case), "hpopt": cost, "optuna": optuna(case)}
        for case, cost in costs().items()
    ]
    return {"cases": cases, "memory_mib": {sampler: memory(sampler) for sampler in NAMES}}


def row(case):
    mine = case["hpopt"]
    theirs = case["optuna"]
    cells = [NAMES[case["sampler"]], f"{case['done']:,}", f"{case['under_way']:,}"]
    cells += [f"{mine['mean_ms']:.3g}", f"{mine['slowest_ms']:.3g}", case["promised_ms"] or ""]
    if theirs:
        cells += [f"{theirs['mean_ms']:.3g}", f"{theirs['mean_ms'] / mine['mean_ms']:.0f}"]
    else:
        cells += ["", ""]
    return "| " + " | ".join(map(str, cells)) + " |"


def company(cases):
    """How many times dearer a suggestion is beside those under way."""
    found = {(c["sampler"], c["done"], c["under_way"]): c["hpopt"]["mean_ms"] for c in cases}
    return [
        f"- {under_way:,} under way beside {done:,} done, {NAMES[sampler]}: "
        f"{cost / found[sampler, done, 0]:.2f} times the cost without them"
        for (sampler, done, under_way), cost in found.items()
        if under_way
    ]


def table(document):
    lines = [
        "# What a suggestion costs",
        "",
        "Five real parameters, the sphere, one report a trial, all in memory: suggest and tell, "
        "in milliseconds, one thread each. The history is drawn at random. hpopt's mean goes over "
        "15% more trials (10 at least, 150 at most), so the fits of the model are in it; the "
        "slowest of them fitted it. Optuna's is the mean of three, after one that is not counted.",
        "",
        "| sampler | done | under way | hpopt, mean | slowest | promised | Optuna, mean | ratio |",
        "|---|---|---|---|---|---|---|---|",
        *map(row, document["cases"]),
        "",
        f"Promised for a thousand under way: less than {MOST_IN_COMPANY} times the cost.",
        "",
        *company(document["cases"]),
        "",
        "Resident memory of a process that makes suggestions and forgets them, after 200 trials: "
        "after 200 suggestions and after 2,000.",
        "",
        "| sampler | 200, MiB | 2,000, MiB |",
        "|---|---|---|",
    ]
    for sampler, after in document["memory_mib"].items():
        lines.append(f"| {NAMES[sampler]} | {after['200']:.1f} | {after['2000']:.1f} |")
    return [*lines, "", *record.origin(document["surroundings"])]


def main():
    args = record.parser(__doc__, "suggest").parse_args()
    around = record.surroundings("suggest")
    document = {"surroundings": around} | measure()
    around["versions"]["optuna"] = environments.version("light", "optuna")
    record.keep(args.out, document, table(document))


if __name__ == "__main__":
    main()
