"""The measured runs as tables."""

import statistics

import outside

import record

PAUSED = 3  # hpopt's exit code after Ctrl-C
SHARES = {"lowest": 0, "median": 0.5, "90%": 0.9, "99%": 0.99, "highest": 1}


def instant(seconds):
    """Relative to the time T of its run. None: not while it was watched."""
    return "never" if seconds is None else f"T {seconds:+.2f}"


def _quantile(values, share):
    ordered = sorted(values)
    return ordered[round(share * (len(ordered) - 1))]


def _latest(instants):
    instants = list(instants)
    return None if None in instants else max(instants)


def _count(runs, of):
    return f"{sum(map(bool, map(of, runs)))} of {len(runs)}"


def _row(cells):
    return "| " + " | ".join(map(str, cells)) + " |"


def _header(*names):
    return [_row(names), "|---" * len(names) + "|"]


def _how_it_went(runs, promise):
    """Late, killed by us, left something, no answer."""
    by_themselves = [run for run in runs if run["code"] is not None]
    heard = [run for run in runs if run["reported"] and run["code"] != PAUSED]
    return [
        _count(runs, lambda run: run["gone"] is None or run["gone"] > promise),
        _count(runs, lambda run: run["code"] is None),
        _count(by_themselves, lambda run: run["left"]),
        _count(heard, lambda run: not run["answered"]),
    ]


def _outcomes(promise, cap):
    return [f"not gone by T + {promise:g}", f"killed at T + {cap:g}",
            "ended, but left processes", "a trainer had reported, but no answer"]


def distribution(groups, promise, cap):
    lines = _header("tool", *(f"ended, {name}" for name in SHARES), "all gone, highest",
                    *_outcomes(promise, cap))
    for name, runs in groups.items():
        ended = [run["ended"] for run in runs]
        lines.append(_row([
            name,
            *(instant(_quantile(ended, share)) for share in SHARES.values()),
            instant(_latest(run["gone"] for run in runs)),
            *_how_it_went(runs, promise),
        ]))
    return lines


def by_kind(runs, promise, cap):
    lines = _header("trainer", "ended, median", "highest", "all gone, highest",
                    *_outcomes(promise, cap), "what it does")
    for kind, meaning in outside.kinds().items():
        mine = [run for run in runs if kind in run["kinds"]]
        if not mine:
            continue
        lines.append(_row([
            kind,
            instant(statistics.median(run["ended"] for run in mine)),
            instant(max(run["ended"] for run in mine)),
            instant(_latest(run["gone"] for run in mine)),
            *_how_it_went(mine, promise),
            meaning,
        ]))
    return lines


def broken(runs):
    """Each run of hpopt that did not keep what is promised."""
    return [
        f"- run {run['number']}: {' + '.join(run['kinds'])}, {run['seconds']:g} s, "
        f"{run['workers']} workers: {', '.join(run['violations'])}; ended at "
        f"{instant(run['ended'])}, all gone at {instant(run['gone'])}"
        for run in runs
        if run["violations"]
    ] or ["None."]


def table(document):
    settings = document["settings"]
    promise, cap = settings["promise"], settings["cap"]
    tools = dict.fromkeys(run["tool"] for run in document["runs"])
    groups = {tool: [run for run in document["runs"] if run["tool"] == tool] for tool in tools}
    lines = [
        "# The deadline, and trainers that do what no training should",
        "",
        "Each run has one to three kinds of trainers, a time T of 2 to 20 s and 1 to 4 workers; one "
        f"in ten of hpopt's gets Ctrl-C on the way. {settings['jobs']} runs at the same time. All "
        "is seen from outside, in seconds relative to T, which begins for hpopt when its process is "
        "started, for a peer when its imports are done and its servers are up. What still lived at "
        f"T + {cap:g} was killed. hpopt's containment: {settings['containment']}.",
        "",
        *distribution(groups, promise, cap),
        "",
    ]
    if "hpopt" in groups:
        runs = groups["hpopt"]
        lines += ["## What hpopt promised and did not keep", "", *broken(runs), "",
                  f"Its own memory took {max(run['peak_mib'] for run in runs):.0f} MiB at most.", ""]
    for tool, runs in groups.items():
        lines += [f"## {tool}, by trainer", "",
                  "A run counts for each of its kinds.", "", *by_kind(runs, promise, cap), ""]
    lines += [
        "**optuna**: `study.optimize(timeout=T, n_jobs=workers)`; the trainer is a subprocess of the "
        "objective, its output is read line by line and reported to the median pruner. **ray**: Ray "
        "Tune with `time_budget_s=T` and the same subprocess in a function trainable. Neither offers "
        "to end what a trial has started; a user can add a timer that kills process groups, which "
        "daemons escape.",
        "",
        f"- seed: {settings['seed']}",
    ]
    return lines + record.origin(document["surroundings"])
