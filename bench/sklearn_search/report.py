"""The measured searches as a table."""

import statistics

import record


def _spread(values, digits):
    mean = statistics.mean(values)
    return f"{mean:.{digits}f} ({min(values):.{digits}f} .. {max(values):.{digits}f})"


def _ranks(runs, tools):
    """Mean rank of each tool within a seed; ties share their ranks."""
    ranks = {tool: [] for tool in tools}
    for seed in {run["seed"] for run in runs}:
        scores = {run["tool"]: run["validation"] for run in runs if run["seed"] == seed}
        for tool, score in scores.items():
            better = sum(other > score for other in scores.values())
            equal = sum(other == score for other in scores.values())
            ranks[tool].append(better + (equal + 1) / 2)
    return {tool: statistics.mean(values) for tool, values in ranks.items()}


def table(document):
    settings = document["settings"]
    lines = [
        "# Searches of scikit-learn estimators: HpoptSearchCV and its peers",
        "",
        f"{settings['time']:g} s a search with one thread, the refit included; "
        f"{len(settings['seeds'])} seeds. Each cell: mean over the seeds (lowest .. highest).",
        "",
        "| data | search | accuracy of its answer, cross-validated | mean rank | on the test data "
        "| candidates | seconds |",
        "|---|---|---|---|---|---|---|",
    ]
    for problem in settings["problems"]:
        runs = [run for run in document["runs"] if run["problem"] == problem]
        ranks = _ranks(runs, settings["tools"])
        for tool in sorted(settings["tools"], key=lambda name: ranks[name]):
            of_tool = [run for run in runs if run["tool"] == tool]
            cells = [
                problem,
                tool,
                _spread([run["validation"] for run in of_tool], 4),
                f"{ranks[tool]:.2f}",
                _spread([run["test"] for run in of_tool], 4),
                _spread([run["candidates"] for run in of_tool], 0),
                _spread([run["seconds"] for run in of_tool], 1),
            ]
            lines.append("| " + " | ".join(cells) + " |")
    lines += [
        "",
        "**halving** is HalvingRandomSearchCV, **random** is RandomizedSearchCV. They take a "
        "number of candidates and no time: the number was fitted, in five tries at most, until the "
        "time was filled to 90 .. 120 %; only the last run counts. The cross-validated accuracy is "
        "taken anew for every answer, on the same folds of all training data.",
        "",
        f"- seeds: {', '.join(str(seed) for seed in settings['seeds'])}",
    ]
    return lines + record.origin(document["surroundings"])
