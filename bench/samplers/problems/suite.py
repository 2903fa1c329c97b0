"""The problems that the samplers are measured on, in six families of equal weight."""

import functools

from problems import bbob, learners, synthetic, tables

FAMILIES = ("bbob", "mixint", "tabular", "sklearn", "conditional", "noisy")
# Two of each family, for a quick look.
QUICK = (
    *("bbob_f8_i2_d5", "bbob_f15_i3_d5", "bbob-mixint_f8_i3_d5", "bbob-mixint_f3_i1_d5"),
    *("mlp_credit_g", "fcnet_naval", "tree_breast", "svm_breast"),
    *("surface", "sgd_breast", "noisy_hartmann", "noisy_mlp_car"),
)

# Enough for those that take minutes a run.
SLOW = (
    *("bbob_f8_i2_d5", "bbob_f15_i3_d5", "bbob-mixint_f8_i3_d5", "bbob-mixint_f3_i1_d5"),
    *("mlp_credit_g", "fcnet_parkinsons", "tree_breast", "svm_breast"),
    *("surface", "noisy_hartmann"),
)


@functools.cache
def all_problems():
    """By name, family by family."""
    found = [p for room in (bbob, tables, learners, synthetic) for p in room.problems()]
    found.sort(key=lambda problem: FAMILIES.index(problem.family))
    return {problem.name: problem for problem in found}
