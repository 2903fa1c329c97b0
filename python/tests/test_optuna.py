"""HpoptSampler behind the real Optuna: its contract tests, and what it learns from."""

import multiprocessing
import pickle
import warnings

import pytest

import hpopt

optuna = pytest.importorskip("optuna")
from optuna.testing import pytest_samplers  # noqa: E402

from hpopt.integrations.optuna import HpoptSampler  # noqa: E402

optuna.logging.set_verbosity(optuna.logging.WARNING)


# Of the contract, the cases for several objectives don't apply: they are refused.
class TestContract(
    pytest_samplers.BasicSamplerTestCase,
    pytest_samplers.RelativeSamplerTestCase,
    pytest_samplers.SingleOnlySamplerTestCase,
):
    @pytest.fixture
    def sampler(self):
        return HpoptSampler


def study_of(**arguments):
    return optuna.create_study(sampler=HpoptSampler(seed=3), **arguments)


def bowl(trial):
    x = trial.suggest_float("x", -5, 5)
    y = trial.suggest_float("y", 1e-3, 1e3, log=True)
    n = trial.suggest_int("n", 1, 64, log=True)
    kind = trial.suggest_categorical("kind", ["round", "flat", None])
    return (x - 1) ** 2 + abs(n - 8) / 8 + (y - 1) ** 2 / (1 + y) ** 2 + (kind != "round")


def test_it_is_better_than_random_draws():
    def best(sampler):
        study = optuna.create_study(sampler=sampler)
        study.optimize(bowl, n_trials=60)
        return study.best_value

    ours = [best(HpoptSampler(seed=seed)) for seed in range(5)]
    random = [best(optuna.samplers.RandomSampler(seed=seed)) for seed in range(5)]
    assert sum(ours) < sum(random) / 2


def test_it_maximizes():
    study = study_of(direction="maximize")
    study.optimize(lambda trial: -bowl(trial), n_trials=60)
    assert study.best_value > -1


def test_the_same_seed_makes_the_same_trials():
    def params():
        study = study_of()
        study.optimize(bowl, n_trials=20)
        return [trial.params for trial in study.trials]

    assert params() == params()


def test_branches_of_a_conditional_space_are_sampled_together():
    study = study_of()

    def objective(trial):
        shared = trial.suggest_float("shared", 0, 1)
        if trial.suggest_categorical("branch", ["a", "b"]) == "a":
            return shared + trial.suggest_float("a1", 0, 1) + trial.suggest_int("a2", 0, 9)
        return shared + 1 + trial.suggest_float("b1", 0, 1)

    study.optimize(objective, n_trials=60)
    assert study.best_value < 0.5
    assert study.best_params["branch"] == "a"
    sampler = study.sampler
    groups = {frozenset(group) for group in sampler._groups._groups}
    assert groups == {frozenset(g) for g in (("shared", "branch"), ("a1", "a2"), ("b1",))}


def test_it_learns_from_trials_that_it_never_asked_for():
    donor = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    donor.optimize(bowl, n_trials=80)
    study = study_of()
    study.add_trials(donor.trials)
    study.optimize(bowl, n_trials=10)
    best_known = sorted(trial.value for trial in donor.trials)
    ours = sorted(trial.value for trial in study.trials[80:])
    assert ours[5] < best_known[40]  # medians
    (engine,) = study.sampler._engines.values()
    assert sum(each.state == "complete" for each in engine._study.trials) >= 89


def test_steps_that_optuna_rounds_otherwise_are_learnt_too():
    donor = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    donor.optimize(lambda t: t.suggest_float("x", -10.2, 10.2, step=0.1), n_trials=60)
    study = study_of()
    study.add_trials(donor.trials)
    study.ask({"x": optuna.distributions.FloatDistribution(-10.2, 10.2, step=0.1)})
    (engine,) = study.sampler._engines.values()
    assert sum(each.state == "complete" for each in engine._study.trials) == 60


def test_enqueued_trials_are_learnt_as_they_were_run():
    study = study_of()
    study.enqueue_trial({"x": 1.0, "y": 1.0, "n": 8, "kind": "round"})
    study.optimize(bowl, n_trials=12)
    assert study.trials[0].value == 0
    engine = next(e for e in study.sampler._engines.values() if len(e._space) == 4)
    learnt = {each.score for each in engine._study.trials if each.state == "complete"}
    assert 0.0 in learnt


def test_pruned_trials_never_count_as_the_best():
    study = study_of(pruner=optuna.pruners.ThresholdPruner(upper=0.5))

    def objective(trial):
        x = trial.suggest_float("x", 0, 1)
        trial.report(x, 1)
        if trial.should_prune():
            raise optuna.TrialPruned
        return 10 + x

    study.optimize(objective, n_trials=30)
    engine = next(iter(study.sampler._engines.values()))
    assert engine._study.best_score >= 10
    assert any(each.state == optuna.trial.TrialState.PRUNED for each in study.trials)


def test_failures_and_infinite_values_are_ignored():
    study = study_of()

    def objective(trial):
        x = trial.suggest_float("x", 0, 1)
        if x > 0.7:
            raise RuntimeError("no")
        return float("inf") if x > 0.5 else x

    study.optimize(objective, n_trials=40, catch=RuntimeError)
    assert study.best_value < 0.2


def test_a_space_that_is_used_up_goes_on_at_random():
    study = study_of()
    study.optimize(lambda t: t.suggest_int("a", 0, 1) + t.suggest_categorical("b", [0, 1]), 12)
    assert study.best_value == 0 and len(study.trials) == 12


def test_ranges_that_change_all_the_time_keep_few_engines():
    study = study_of()
    study.optimize(lambda t: t.suggest_float("x", 0, 1 + t.number), n_trials=80)
    assert len(study.sampler._engines) <= 32


def test_choices_of_equal_values_and_other_types():
    study = study_of()
    choices = [True, 2, "2", 2.5, None]
    study.optimize(lambda t: float(t.suggest_categorical("c", choices) == "2"), n_trials=10)
    assert study.best_value == 0


def test_threads_share_it():
    study = study_of()
    study.optimize(bowl, n_trials=40, n_jobs=4)
    params = [tuple(sorted(trial.params.items(), key=str)) for trial in study.trials]
    assert len(set(params)) == 40


def test_it_survives_pickling():
    study = study_of()
    study.optimize(bowl, n_trials=20)
    again = optuna.create_study(sampler=pickle.loads(pickle.dumps(study.sampler)))
    again.add_trials(study.trials)
    again.optimize(bowl, n_trials=20)
    assert again.best_value <= study.best_value


def test_several_objectives_are_refused():
    study = study_of(directions=["minimize", "maximize"])
    with pytest.raises(hpopt.InvalidInput, match="2 objectives"):
        study.optimize(lambda t: (t.suggest_float("x", 0, 1), 1.0), n_trials=1)


def work(path, seed):
    storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(path))
    study = optuna.load_study(study_name="shared", storage=storage, sampler=HpoptSampler(seed=seed))
    study.optimize(bowl, n_trials=15)


def test_processes_learn_from_each_other(tmp_path):
    path = str(tmp_path / "journal.log")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(path))
    study = optuna.create_study(study_name="shared", storage=storage, sampler=HpoptSampler(seed=9))
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=work, args=(path, seed)) for seed in (1, 2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
        assert process.exitcode == 0
    study.optimize(bowl, n_trials=1)
    assert len(study.trials) == 31
    engine = next(e for e in study.sampler._engines.values() if len(e._space) == 4)
    assert sum(each.state == "complete" for each in engine._study.trials) == 30
