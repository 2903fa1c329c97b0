"""What the runs say: regrets, ranks, tests. Every family of problems weighs the same."""

import math
import random
import statistics

import fixed
from fixed import MARKS
from scipy.stats import rankdata, studentized_range, wilcoxon

FLOOR = 1e-3  # below it a regret is as good as none
_RESAMPLES = 2000


def regret(entry, truth):
    """0 is the optimum, 1 the median random configuration."""
    return max(FLOOR, (truth - entry["y_best"]) / (entry["y_ref"] - entry["y_best"]))


class Table:
    """Regrets of tools that have all ran the same problems and seeds, by number of trials."""

    def __init__(self, runs, tools, pairs):
        self.tools, self.pairs = tools, sorted(pairs)
        self.problems = sorted({problem for problem, _ in pairs})
        self._entries = fixed.references()
        self._runs = {(run["tool"], run["problem"], run["seed"]): run for run in runs}
        self.marks = [mark for mark in MARKS if mark <= min(run["trials"] for run in runs)]

    def family(self, problem):
        return self._entries[problem]["family"]

    def families(self):
        return sorted({self.family(problem) for problem in self.problems})

    def _seeds(self, problem):
        return [seed for name, seed in self.pairs if name == problem]

    def regret(self, tool, problem, seed, mark):
        run = self._runs[tool, problem, seed]
        return regret(self._entries[problem], run["truths"][MARKS.index(mark)])

    def log_regret(self, tool, problem, mark):
        """Mean over the seeds of the natural logarithm."""
        seeds = self._seeds(problem)
        return statistics.fmean(math.log(self.regret(tool, problem, seed, mark)) for seed in seeds)

    def seconds(self, tool, mark):
        """Mean over all runs of what the optimizer took until that trial."""
        at = MARKS.index(mark)
        return statistics.fmean(self._runs[(tool, *pair)]["seconds"][at] for pair in self.pairs)

    def rank(self, problem, mark):
        """Mean over the seeds of each tool's rank; ties share theirs."""
        ranked = [
            rankdata([self.regret(tool, problem, seed, mark) for tool in self.tools])
            for seed in self._seeds(problem)
        ]
        return dict(zip(self.tools, map(statistics.fmean, zip(*ranked, strict=True)), strict=True))

    def by_family(self, values):
        """The mean over the families of the mean over their problems."""
        return statistics.fmean(
            statistics.fmean(values[p] for p in self.problems if self.family(p) == family)
            for family in self.families()
        )

    def log_regrets(self, tool, mark):
        return {problem: self.log_regret(tool, problem, mark) for problem in self.problems}


def mean_ranks(table, mark):
    """Of each tool, over all problems."""
    ranks = {problem: table.rank(problem, mark) for problem in table.problems}
    return {
        tool: table.by_family({problem: rank[tool] for problem, rank in ranks.items()})
        for tool in table.tools
    }


def interval(table, values):
    """95 % of the means of problems that are drawn anew within their families (bootstrap)."""
    source = random.Random(1)
    groups = [
        [values[p] for p in table.problems if table.family(p) == family]
        for family in table.families()
    ]
    means = sorted(
        statistics.fmean(statistics.fmean(source.choices(group, k=len(group))) for group in groups)
        for _ in range(_RESAMPLES)
    )
    return means[round(0.025 * _RESAMPLES)], means[round(0.975 * _RESAMPLES) - 1]


def holm(p_values):
    """Adjusted for the number of tests (Holm 1979)."""
    adjusted, highest = {}, 0.0
    for done, (name, p) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        highest = max(highest, min(1.0, p * (len(p_values) - done)))
        adjusted[name] = highest
    return adjusted


def tests(table, reference, mark):
    """Wilcoxon's signed-rank test of each tool against one, over the problems; Holm-adjusted."""
    ours = table.log_regrets(reference, mark)
    p_values = {}
    for tool in table.tools:
        theirs = table.log_regrets(tool, mark)
        differences = [theirs[problem] - ours[problem] for problem in table.problems]
        if tool != reference:
            p_values[tool] = float(wilcoxon(differences).pvalue) if any(differences) else 1.0
    return holm(p_values)


def critical_difference(tools, problems):
    """Mean ranks closer than this do not differ at 5 % (Nemenyi; Demsar 2006, section 3.2.2)."""
    q = studentized_range.ppf(0.95, tools, math.inf) / math.sqrt(2)
    return float(q * math.sqrt(tools * (tools + 1) / (6 * problems)))
