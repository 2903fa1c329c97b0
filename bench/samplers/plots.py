"""The measured runs as SVG: regret against trials and against seconds, ranks."""

import math

import matplotlib
import measures

matplotlib.use("svg")
# The same picture for the same numbers, so that git sees no change where there is none.
matplotlib.rcParams |= {"svg.hashsalt": "hpopt", "svg.fonttype": "none", "font.size": 9}

from matplotlib import pyplot  # noqa: E402

_OURS = ["#0b5cad", "#4f9de0", "#0a8f8f", "#7a5cc4"]
_PEERS = ["#d1600f", "#b5304f", "#6f8f1f", "#8c6d46", "#c28a00", "#9c3fa0", "#5f6b73", "#3c7a57"]
_RANDOM = "#a0a0a0"
_INK = "#222222"


def _styles(tools):
    """hpopt's samplers are bold, random search is grey."""
    ours, peers = iter(_OURS * 9), iter(_PEERS * 9)
    styles = {}
    for tool in tools:
        if tool.startswith("hpopt-"):
            styles[tool] = {"color": next(ours), "linewidth": 2.4, "zorder": 3}
        elif tool == "random":
            styles[tool] = {"color": _RANDOM, "linewidth": 1.4}
        else:
            styles[tool] = {"color": next(peers), "linewidth": 1.2}
    return styles


def _plain(axes):
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(True, which="major", axis="y", color="#e6e6e6", linewidth=0.6)
    axes.set_axisbelow(True)


def _save(figure, path):
    figure.savefig(path, format="svg", metadata={"Date": None})
    pyplot.close(figure)


def _curve(table, tool, problems):
    """Geometric means over these problems, at each mark."""
    means = []
    for mark in table.marks:
        values = [table.log_regret(tool, problem, mark) for problem in problems]
        means.append(math.exp(sum(values) / len(values)))
    return means


def regret_by_trials(table, path):
    families = table.families()
    rows = math.ceil(len(families) / 3)
    figure, grid = pyplot.subplots(
        *(rows, 3), figsize=(10, 3 * rows + 0.8), layout="constrained", squeeze=False
    )
    for axes in grid.flat[len(families) :]:
        axes.set_visible(False)
    styles = _styles(table.tools)
    for axes, family in zip(grid.flat, families, strict=False):
        problems = [p for p in table.problems if table.family(p) == family]
        for tool, style in styles.items():
            axes.plot(table.marks, _curve(table, tool, problems), label=tool, **style)
        axes.set(title=family, yscale="log", xlabel="trials", ylabel="regret")
        _plain(axes)
    handles, labels = grid.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=5, frameon=False)
    _save(figure, path)


def regret_by_seconds(table, path):
    figure, axes = pyplot.subplots(figsize=(8, 5), layout="constrained")
    for tool, style in _styles(table.tools).items():
        seconds = [max(table.seconds(tool, mark), 0.01) for mark in table.marks]
        regrets = [math.exp(table.by_family(table.log_regrets(tool, mark))) for mark in table.marks]
        axes.plot(seconds, regrets, marker="o", markersize=3, label=tool, **style)
    axes.set(xscale="log", yscale="log", xlabel="optimizer's seconds", ylabel="regret")
    _plain(axes)
    axes.legend(frameon=False, ncols=2)
    _save(figure, path)


def _bars(ranks, difference):
    """Stretches of tools, sorted by rank, that do not differ; none inside another."""
    found, end = [], 0
    for start, low in enumerate(ranks):
        stop = max(i for i, rank in enumerate(ranks) if rank - low <= difference)
        if stop > max(start, end):
            found.append((low, ranks[stop]))
            end = stop
    return found


def _scale(axes, tools, difference):
    axes.plot([1, tools], [0, 0], color=_INK, linewidth=1)
    for rank in range(1, tools + 1):
        axes.plot([rank, rank], [0, 0.12], color=_INK, linewidth=1)
        axes.text(rank, 0.2, str(rank), ha="center", va="bottom")
    axes.plot([1, 1 + difference], [0.9, 0.9], color=_INK, linewidth=1.5, marker="|")
    axes.text(1 + difference / 2, 1.05, f"critical difference {difference:.2f}", ha="center")


def _names(axes, mean, depth):
    """Each tool beside the scale, the better half on the left, with a line to its rank."""
    tools = sorted(mean, key=mean.get)
    half, styles = math.ceil(len(tools) / 2), _styles(mean)
    for place, tool in enumerate(tools):
        left = place < half
        down = -(depth + (place if left else len(tools) - 1 - place) * 0.6)
        side = 0.9 if left else len(tools) + 0.1
        axes.plot([mean[tool], mean[tool], side], [0, down, down], **styles[tool])
        words = f" {tool}  {mean[tool]:.2f} "
        ends = "right" if left else "left"
        axes.text(side, down, words, ha=ends, va="center", color=styles[tool]["color"])


def ranks(table, mark, path):
    """A critical difference diagram (Demsar 2006): tools under one bar do not differ at 5 %."""
    mean = measures.mean_ranks(table, mark)
    difference = measures.critical_difference(len(mean), len(table.problems))
    bars = _bars(sorted(mean.values()), difference)
    height = 0.26 * (len(mean) / 2 + len(bars)) + 1.6
    figure, axes = pyplot.subplots(figsize=(8, height), layout="constrained")
    _scale(axes, len(mean), difference)
    _names(axes, mean, len(bars) * 0.35 + 0.5)
    for row, (low, high) in enumerate(bars):
        at = -0.3 - 0.35 * row
        axes.plot([low - 0.03, high + 0.03], [at, at], color=_INK, linewidth=4)
    axes.set_axis_off()
    axes.set_title(f"mean rank over {len(table.problems)} problems after {mark} trials")
    _save(figure, path)


def draw(table, marks, out, stem):
    """All of them, beside the result; their file names, by what they show."""
    trials, seconds = f"{stem}_trials.svg", f"{stem}_seconds.svg"
    regret_by_trials(table, out.parent / trials)
    regret_by_seconds(table, out.parent / seconds)
    shown = {"Regret against trials": trials, "Regret against the optimizer's seconds": seconds}
    for mark in marks if len(table.tools) > 1 else ():
        name = f"{stem}_ranks_{mark}.svg"
        ranks(table, mark, out.parent / name)
        shown[f"Ranks after {mark} trials"] = name
    return shown
