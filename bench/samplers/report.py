"""The measured runs as tables in Markdown."""

import math

import fixed
import measures
import one_run
import record
import tools


def _row(cells):
    return "| " + " | ".join(map(str, cells)) + " |"


def _header(*names):
    return [_row(names), "|---" * len(names) + "|"]


def looked_at(table):
    """The numbers of trials of the tables."""
    return [mark for mark in (50, 200) if mark in table.marks] or table.marks[-1:]


def _regret_cell(table, tool, mark):
    values = table.log_regrets(tool, mark)
    low, high = measures.interval(table, values)
    mean = table.by_family(values)
    return f"{math.exp(mean):.4f} ({math.exp(low):.4f} .. {math.exp(high):.4f})"


def overall(table, reference):
    marks = looked_at(table)
    p_values = {mark: measures.tests(table, reference, mark) for mark in marks}
    ranks = {mark: measures.mean_ranks(table, mark) for mark in marks}
    names = ["sampler"]
    for mark in marks:
        names += [f"mean rank at {mark}", f"regret at {mark} (95 %)", f"p at {mark}"]
    lines = _header(*names, f"optimizer's seconds for {marks[-1]} trials")
    for tool in sorted(table.tools, key=ranks[marks[-1]].get):
        cells = [tool]
        for mark in marks:
            cells += [
                f"{ranks[mark][tool]:.2f}",
                _regret_cell(table, tool, mark),
                f"{p_values[mark][tool]:.3g}" if tool != reference else "",
            ]
        lines.append(_row([*cells, f"{table.seconds(tool, marks[-1]):.3g}"]))
    return lines


def by_problem(table, mark):
    lines = _header("family", "problem", *table.tools)
    for problem in sorted(table.problems, key=lambda name: (table.family(name), name)):
        regrets = [math.exp(table.log_regret(tool, problem, mark)) for tool in table.tools]
        best = min(regrets)
        lines.append(
            _row(
                [
                    table.family(problem),
                    problem,
                    *(f"**{r:.4f}**" if r == best else f"{r:.4f}" for r in regrets),
                ]
            )
        )
    return lines


def failures(runs):
    """Which tools did not end some of their runs, and why."""
    failed = {}
    for run in runs:
        if "failed" in run:
            failed.setdefault(run["tool"], []).append(run["failed"])
    cut = {run["tool"] for run in runs if "cut_at" in run}
    lines = [
        f"- {tool} took more than {one_run.CAP:g} s in a run: what it had found counts"
        for tool in sorted(cut)
    ]
    return lines + [
        f"- {tool} failed {len(said)} runs: {said[-1]}" for tool, said in failed.items()
    ]


def section(title, table, reference, pictures):
    seeds = len({seed for _, seed in table.pairs})
    mark = looked_at(table)[-1]
    return [
        f"## {title}",
        "",
        f"{len(table.problems)} problems, {seeds} seeds.",
        "",
        *overall(table, reference),
        "",
        *(line for words, file in pictures.items() for line in (f"![{words}]({file})", "")),
        f"Regret at {mark} trials, geometric mean over the seeds:",
        "",
        *by_problem(table, mark),
        "",
    ]


def document_lines(document, tables, pictures):
    settings = document["settings"]
    lines = [
        "# hpopt's samplers and their peers",
        "",
        f"Trials of full length by ask and tell, {settings['trials']} a run; the first "
        f"{fixed.INITIAL} are the same random configurations for all. Regret: 0 is the "
        "optimum, 1 the median random configuration; below "
        f"{measures.FLOOR:g} it counts as {measures.FLOOR:g}. Means are geometric, and every "
        "family of problems weighs the same. What looks best is judged by its truth, without the "
        "noise. "
        f"p: Wilcoxon's signed-rank test against {settings['reference']} over the problems, "
        "adjusted by Holm. The optimizer's seconds are the processor's after its imports, in one "
        "thread. What the problems and their optima are stands in `bench/samplers/problems.json`.",
        "",
    ]
    for title, table in tables.items():
        lines += section(title, table, settings["reference"], pictures.get(title, {}))
    lines += failures(document["runs"])
    for tool, reason in (document["unavailable"] | tools.NOT_TO_BE_HAD).items():
        lines.append(f"- {tool} did not run: {reason}")
    versions = ", ".join(f"{tool} {version}" for tool, version in document["tools"].items())
    return [*lines, f"- samplers: {versions}", *record.origin(document["surroundings"])]
