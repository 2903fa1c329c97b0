"""What expected_time_ratio buys, and where trials are compared."""

from __future__ import annotations

import itertools

import pytest

from hpopt.legacy import AsyncHyperBand
from hpopt.legacy.plan import Budget, mean_length, plan_halving, plan_whole_trials, spent
from hpopt.legacy.rungs import brackets, default_brackets, ladder, trials_in_brackets

BUDGET = Budget(ratio=4, workers=1, full=20, samples=10_000, other=0.2)


@pytest.mark.parametrize("ratio", [0.5, 1, 4, 30])
@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize("samples", [0, 300, 1000, 50_000])
def test_the_plan_costs_what_was_asked(ratio: float, workers: int, samples: int) -> None:
    budget = Budget(ratio=ratio, workers=workers, full=20, samples=samples, other=0.2)
    plan = plan_whole_trials(budget, 3, None, None, None)
    cost = budget.cost(plan.iterations, plan.share)
    assert plan.trials * cost <= ratio * workers or plan.trials == 1
    assert (plan.trials + 1) * cost > ratio * workers
    assert 1 <= plan.iterations <= 20
    assert 0 < plan.share <= 1
    if samples:
        assert plan.share * samples >= min(samples, 500)


def test_more_time_makes_trials_longer_and_more() -> None:
    plans = [
        plan_whole_trials(Budget(ratio, 1, 20, 10_000, 0.2), 3, None, None, None)
        for ratio in (1, 4, 16, 64, 256)
    ]
    assert all(a.iterations <= b.iterations for a, b in itertools.pairwise(plans))
    assert all(a.share <= b.share for a, b in itertools.pairwise(plans))
    assert plans[-1].iterations == 20
    assert plans[-1].share == 1
    assert plans[-1].trials == 256


def test_what_is_given_stays() -> None:
    plan = plan_whole_trials(BUDGET, 3, 7, 5, 0.3)
    assert (plan.trials, plan.iterations, plan.share) == (7, 5, 0.3)
    plan = plan_halving(BUDGET, 1, 2, 7, 5, 0.3)
    assert (plan.trials, plan.iterations, plan.share) == (7, 5, 0.3)


def test_halving_affords_more_trials() -> None:
    whole = plan_whole_trials(BUDGET, 3, None, 20, 0.2)
    halved = plan_halving(BUDGET, 1, 3, None, 20, 0.2)
    assert halved.trials > 3 * whole.trials
    assert mean_length(1, 9, 3) == pytest.approx(2 / 3 + 2 / 9 * 3 + 1 / 9 * 9)
    assert mean_length(20, 20, 3) == 20


def test_time_is_measured() -> None:
    """Two trials of 2 of 20 iterations on a fifth of the data, one of them twice as slow."""
    pace = 0.36  # what of a whole iteration an iteration on a fifth of the data costs
    runs = [(2.0, 2), (4.0, 2), (2.0, 2)]
    full_training = 1.0 * 20 / pace
    assert spent(runs, 1e9, 0.2, BUDGET) == pytest.approx(8 / full_training)
    assert spent(runs, 3.0, 0.2, BUDGET) == pytest.approx(3 / full_training)
    assert spent([], 0, 0.2, BUDGET) == 0
    assert spent([(5.0, 0)], 5, 0.2, BUDGET) == 0


def test_rungs_are_geometric() -> None:
    assert ladder(500, 8000, 2) == [8000, 4000, 2000, 1000, 500]
    assert ladder(500, 7999, 2, bracket=1) == [4000, 2000, 1000]
    assert AsyncHyperBand.get_rungs(1, 27, 3, 0) == [27, 9, 3, 1]
    assert AsyncHyperBand.get_rungs(1, 27, 3, 4) == []


def test_brackets() -> None:
    assert default_brackets(1, 1000, 10) == 4
    assert default_brackets(5, 5, 2) == 1
    shares = trials_in_brackets(3, 3)
    assert shares == AsyncHyperBand.get_num_trials_in_brackets(3, 3) == [9, 3, 3]
    first = list(itertools.islice(brackets(3, 3), 30))
    assert [first.count(bracket) for bracket in range(3)] == [18, 6, 6]
    assert first[0] == 0
    assert set(first[:5]) == {0, 1, 2}
