"""The measured runs as a table."""

import statistics

import record


def _ranks(document, tools):
    """Mean rank of each tool by validation accuracy within a seed; ties share their ranks."""
    ranks = {tool: [] for tool in tools}
    for seed in document["settings"]["seeds"]:
        scores = {
            run["tool"]: run["validation_by_deadline"]
            for run in document["runs"]
            if run["seed"] == seed
        }
        for tool, score in scores.items():
            better = sum(other > score for other in scores.values())
            equal = sum(other == score for other in scores.values())
            ranks[tool].append(better + (equal + 1) / 2)
    return {tool: statistics.mean(values) for tool, values in ranks.items()}


def _spread(values, digits):
    low, high = min(values), max(values)
    mean = statistics.mean(values)
    return f"{mean:.{digits}f} ({low:.{digits}f} .. {high:.{digits}f})"


def table(document):
    settings = document["settings"]
    tools = list(dict.fromkeys(run["tool"] for run in document["runs"]))
    ranks = _ranks(document, tools)
    space = ", ".join(f"{name} `{mark}`" for name, mark in settings["space"].items())
    lines = [
        "# The digits trainer: hpopt and its peers",
        "",
        f"{settings['time']:g} s and {settings['workers']} workers for each tool and seed; "
        f"{len(settings['seeds'])} seeds; a full training has "
        f"{settings['epochs_of_a_full_training']} epochs. Space: {space}.",
        "Each cell: mean over the seeds (lowest .. highest).",
        "",
        "| tool | best validation accuracy by the deadline | at its end "
        "| test accuracy of its answer | mean rank | trials | epochs trained | ended after, s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for tool in sorted(tools, key=lambda name: ranks[name]):
        runs = [run for run in document["runs"] if run["tool"] == tool]
        cells = [
            tool,
            _spread([run["validation_by_deadline"] for run in runs], 4),
            _spread([run["validation"] for run in runs], 4),
            _spread([run["test"] for run in runs], 4),
            f"{ranks[tool]:.2f}",
            _spread([run["trials"] for run in runs], 0),
            _spread([run["epochs"] for run in runs], 0),
            _spread([run["ended"] for run in runs], 2),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    lines += [
        "",
        "**random**: full trainings of random draws; its last trials are killed at the deadline "
        "and what they reported counts. **optuna**: TPE (multivariate, constant liar) with its "
        "Hyperband pruner and its own timeout, which lets running trials finish. Reports of "
        "stopped trials count for every tool. The test accuracy is taken at the epoch of the best "
        "validation accuracy, by training the winner again, which must give the same validation "
        "accuracy.",
        "",
        f"- seeds: {', '.join(str(seed) for seed in settings['seeds'])}",
    ]
    return lines + record.origin(document["surroundings"])
