#!/usr/bin/env python3
"""What hpopt itself costs: a suggestion beside Optuna's TPE, and a trial beside the bare process."""

import json
import warnings

import optuna

import optuna_tpe
import record


def suggestions():
    """Of hpopt's Parzen estimator, as optuna_tpe.measure gives them."""
    found = {"from_nothing_seconds": {}, "after_ms_a_trial": {}}
    runs = record.google_benchmark("sampler_bench", "--benchmark_filter=^suggest_and_tell")
    for name, run in runs.items():
        kind, trials = name.split("/")[:2]
        nothing = kind == "suggest_and_tell_from_nothing"
        where = "from_nothing_seconds" if nothing else "after_ms_a_trial"
        found[where][trials] = run["real_time"] / 1000
    return found


def trials():
    """Milliseconds a trial, the bare process and hpopt by turns."""
    runs = record.google_benchmark(
        "engine_bench",
        "--benchmark_repetitions=5",
        "--benchmark_enable_random_interleaving=true",
        "--benchmark_report_aggregates_only=true",
    )
    median = {run["run_name"]: run for run in runs.values() if run["aggregate_name"] == "median"}
    return {
        kind: 1000 * median[f"{name}/real_time"]["seconds_a_trial"]
        for kind, name in (("bare", "bare_process"), ("hpopt", "trial_in_run"))
    }


def table(document):
    ours = document["hpopt"]
    process = document["trial_ms"]
    lines = [
        "# What hpopt costs",
        "",
        "## A suggestion",
        "",
        "Ten real parameters, the sphere function, one report a trial, all in memory: suggest and "
        "tell. Optuna's cost after 10,000 trials is that of ten trials told after 10,000 that were "
        "put there. One thread each.",
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
        "## A trial",
        "",
        "`echo` started, read and reaped: bare, by posix_spawn, and as a trial of a run with one "
        "worker and its journal on the disk (suggested, started, reported, ended).",
        "",
        "| bare, ms | in hpopt, ms | difference, ms | promised |",
        "|---|---|---|---|",
        f"| {process['bare']:.2f} | {process['hpopt']:.2f} "
        f"| {process['hpopt'] - process['bare']:.2f} | 5 |",
        "",
    ]
    return lines + record.origin(document["surroundings"])


def main():
    args = record.parser(__doc__, "overhead").parse_args()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    warnings.simplefilter("ignore")
    document = {
        "surroundings": record.surroundings("overhead", "optuna"),
        "trial_ms": trials(),
        "hpopt": suggestions(),
        "optuna": optuna_tpe.measure(multivariate=False),
        "optuna_multivariate": optuna_tpe.measure(multivariate=True),
    }
    document = json.loads(json.dumps(document))  # keys as they will be read
    record.keep(args.out, document, table(document))


if __name__ == "__main__":
    main()
