"""HpoptSearchCV with the real scikit-learn."""

import math
import os
import pathlib
import pickle
import subprocess
import sys
import time

import numpy as np
import pytest
from scipy import stats
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import ShuffleSplit, StratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks
from threadpoolctl import threadpool_limits

import hpopt
from hpopt.integrations import sklearn as module
from hpopt.integrations._sklearn_ladder import Ladder, Pace
from hpopt.integrations._sklearn_space import SearchSpace
from hpopt.integrations._sklearn_subsets import Folds
from hpopt.integrations.sklearn import HpoptSearchCV

DIGITS = load_digits(return_X_y=True)
CANCER = load_breast_cancer(return_X_y=True)


@pytest.fixture(autouse=True)
def one_thread():
    """Threads of a BLAS that outnumber the cores would wait for each other."""
    with threadpool_limits(1):
        yield


# RandomizedSearchCV doesn't pass it either, by scikit-learn's own list.
NOT_APPLICABLE = {"check_supervised_y_2d": "the estimator inside warns of it, in a copy"}


def searches():
    # Twice the candidates that the lists hold: the space is exhausted first.
    common = {"cv": 2, "error_score": "raise", "random_state": 0, "n_iter": 4}
    yield HpoptSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, **common)
    yield HpoptSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, **common)
    yield HpoptSearchCV(Ridge(), {"alpha": stats.loguniform(0.01, 10)}, **common)
    yield HpoptSearchCV(LogisticRegression(), {"C": "~log(0.01, 10)"}, **common)


@parametrize_with_checks(list(searches()), expected_failed_checks=lambda _: NOT_APPLICABLE)
def test_it_is_an_estimator_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.parametrize(
    "given, domain",
    [
        (stats.uniform(2, 3), hpopt.Float(2.0, 5.0)),
        (stats.uniform(loc=-1, scale=0.5), hpopt.Float(-1.0, -0.5)),
        (stats.loguniform(1e-4, 1e2), hpopt.Float(1e-4, 1e2, log=True)),
        (stats.reciprocal(1, 8, scale=2), hpopt.Float(2.0, 16.0, log=True)),
        (stats.randint(3, 9), hpopt.Int(3, 8)),
        (stats.randint(0, 2, loc=5), hpopt.Int(5, 6)),
        (stats.norm(1, 2), hpopt.Normal(1.0, 2.0)),
        (stats.lognorm(0.5, scale=math.e), hpopt.Normal(1.0, 0.5, log=True)),
        (stats.beta(2, 3), hpopt.Beta(2.0, 3.0)),
        (["a", None, True, 1, 1.0], hpopt.Categorical(["a", None, True, 1, 1.0])),
        (np.array([1, 2]), hpopt.Categorical([1, 2])),
        ([1, 1, 2], hpopt.Categorical([1, 2], [2.0, 1.0])),
        (hpopt.Int(1, 9, step=2), hpopt.Int(1, 9, step=2)),
        ("~log(1e-5,1;default=1e-3)", hpopt.Float(1e-5, 1.0, log=True, default=1e-3)),
    ],
)
def test_distributions_become_domains(given, domain):
    assert SearchSpace({"x": given}).domains == {"x": domain}


def test_other_distributions_are_drawn_from_by_their_quantiles():
    space = SearchSpace({"depth": stats.poisson(4), "scale": stats.expon(scale=2)})
    found = space.params({"depth": 0.5, "scale": 0.5})
    assert found == {"depth": 4, "scale": pytest.approx(2 * math.log(2))}
    assert type(found["depth"]) is int and type(found["scale"]) is float


def test_any_object_can_be_chosen():
    sizes = [(16,), (16, 16)]
    space = SearchSpace({"hidden": sizes, "step": [StandardScaler(), "passthrough"]})
    label = space.domains["hidden"].values[1]
    assert space.params({"hidden": label})["hidden"] is sizes[1]


def test_a_list_of_mappings_is_one_of_them():
    space = SearchSpace(
        [
            {"kernel": ["linear"], "C": stats.loguniform(1, 10)},
            {"kernel": ["rbf"], "gamma": hpopt.Float(0.1, 1, when={"kernel": "rbf"})},
        ]
    )
    assert space.domains["1.gamma"].when == {"1.kernel": "rbf", "subspace": 1}
    assert space.names == {"kernel", "C", "gamma"}
    assert space.params({"subspace": 0, "0.C": 2.0, "0.kernel": "linear"}) == {
        "C": 2.0,
        "kernel": "linear",
    }


class OnlyDraws:
    def rvs(self, random_state=None):
        return 1.0


@pytest.mark.parametrize(
    "distributions, says",
    [
        ({"C": OnlyDraws()}, "C: .*no quantile function"),
        ({"C": 3}, "C: 3 is no distribution"),
        ({"C": []}, "C: there is nothing to choose from"),
        ({"C": "log(1,2)"}, "C: .*is no distribution"),
        ({1: [1]}, "1 is no name"),
        ([], "is no space"),
    ],
)
def test_what_is_no_space_is_refused(distributions, says):
    with pytest.raises(ValueError, match=says):
        HpoptSearchCV(SVC(), distributions, n_iter=2).fit(*CANCER)


@pytest.mark.parametrize(
    "arguments, says",
    [
        ({}, "nothing bounds the search"),
        ({"time": "soon"}, "soon"),
        ({"n_iter": 0}, "n_iter"),
        ({"n_iter": 2, "resource": "n_estimators"}, "max_resources"),
        ({"n_iter": 2, "resource": "max_depth", "max_resources": 9}, "searched, too"),
        ({"n_iter": 2, "max_resources": 10**6}, "569 samples"),
        ({"n_iter": 2, "min_resources": 1000}, "1000 is more than the most"),
    ],
)
def test_wrong_bounds_are_refused(arguments, says):
    search = HpoptSearchCV(RandomForestClassifier(), {"max_depth": [1, 2]}, **arguments)
    with pytest.raises(ValueError, match=says):
        search.fit(*CANCER)


def svm_search(**arguments):
    space = {
        "svc__C": stats.loguniform(1e-2, 1e3),
        "svc__gamma": stats.loguniform(1e-5, 1),
        "svc__kernel": ["rbf", "poly"],
    }
    model = make_pipeline(StandardScaler(), SVC())
    return HpoptSearchCV(model, space, **{"random_state": 1, "cv": 3} | arguments)


def test_candidates_begin_on_few_samples_and_the_best_see_all():
    search = svm_search(n_iter=20).fit(*DIGITS)
    results = search.cv_results_
    assert len(set(results["trial"])) == 20
    sizes = sorted(set(results["n_resources"]))
    assert sizes == [round(1797 / 9), round(1797 / 3), 1797]
    counts = [int(np.sum(results["n_resources"] == size)) for size in sizes]
    assert counts[0] == 20 and counts[0] > counts[1] > counts[2] > 0
    assert results["n_resources"][search.best_index_] == 1797
    whole = results["n_resources"] == 1797
    assert search.best_score_ == results["mean_test_score"][whole].max() > 0.95
    assert search.predict(DIGITS[0]).shape == (1797,)


def test_the_score_of_the_whole_is_that_of_cross_validation():
    search = svm_search(n_iter=5).fit(*CANCER)
    alone = cross_val_score(clone(search.best_estimator_), *CANCER, cv=3)
    assert search.best_score_ == pytest.approx(alone.mean(), abs=0)


def test_the_same_seed_makes_the_same_search():
    first, second = (svm_search(n_iter=8, random_state=7).fit(*CANCER) for _ in range(2))
    assert first.cv_results_["params"] == second.cv_results_["params"]
    other = svm_search(n_iter=8, random_state=8).fit(*CANCER)
    assert first.cv_results_["params"] != other.cv_results_["params"]


def test_splits_that_vary_are_the_same_for_all_candidates():
    search = HpoptSearchCV(
        DecisionTreeClassifier(random_state=0),
        {"criterion": ["gini", "gini", "entropy"], "splitter": ["best"]},
        n_iter=2,
        cv=ShuffleSplit(3),
        resource=None,
    )
    twice = [search.fit(*CANCER).cv_results_ for _ in range(2)]
    assert len(twice[0]["params"]) == 2
    folds = Folds(ShuffleSplit(2), stratified=False, seed=0)
    first, second = (list(folds.share(1).split(*CANCER)) for _ in range(2))
    for (train, _), (again, _) in zip(first, second, strict=True):
        assert np.array_equal(train, again)


def test_subsets_are_nested_and_stratified():
    X, y = DIGITS
    folds = Folds(StratifiedKFold(3), stratified=True, seed=3)
    small, large, whole = (list(folds.share(share).split(X, y)) for share in (0.02, 0.3, 1.0))
    for (few, test), (many, _), (all_, _) in zip(small, large, whole, strict=True):
        assert set(few) < set(many) < set(all_)
        assert not set(test) & set(all_)
        assert set(y[few]) == set(range(10))
        shares = np.bincount(y[many]) / np.bincount(y[all_])
        assert np.allclose(shares, 0.3, atol=0.02)


def test_a_time_ends_it():
    search = svm_search(time=4)
    began = time.monotonic()
    search.fit(*DIGITS)
    assert time.monotonic() - began < 60  # how well the time is kept the benchmark tells
    assert search.predict(DIGITS[0][:3]).shape == (3,)


def test_nothing_is_started_that_would_be_late(monkeypatch):
    search = svm_search(time=100)
    now = [1000.0]
    monkeypatch.setattr(module.clock, "monotonic", lambda: now[0])
    evaluate = module._Search._scores

    def slowly(self, group, rung):
        now[0] += 10 * self._ladder.share(rung)
        return evaluate(self, group, rung)

    monkeypatch.setattr(module._Search, "_scores", slowly)
    search.fit(*DIGITS)
    assert 1080 < now[0] <= 1100


def test_too_little_time_still_gives_an_answer():
    search = svm_search(time=0.001).fit(*DIGITS)
    assert search.best_params_ and search.predict(DIGITS[0][:3]).shape == (3,)


def test_the_trees_of_a_forest_are_a_resource():
    search = HpoptSearchCV(
        RandomForestClassifier(random_state=0),
        {"max_depth": stats.randint(1, 12), "max_features": [None, "sqrt"]},
        n_iter=9,
        resource="n_estimators",
        max_resources=27,
        cv=3,
        random_state=0,
    ).fit(*CANCER)
    results = search.cv_results_
    assert set(results["n_resources"]) == {1, 3, 9, 27}
    given = [params["n_estimators"] for params in results["params"]]
    assert given == list(results["n_resources"])
    assert search.best_params_["n_estimators"] == 27


def test_regression_and_a_scorer():
    search = HpoptSearchCV(
        make_pipeline(StandardScaler(), Ridge()),
        {"ridge__alpha": "~log(1e-3,1e3)"},
        n_iter=10,
        scoring="neg_mean_absolute_error",
        random_state=0,
    ).fit(*load_diabetes(return_X_y=True))
    assert -50 < search.best_score_ < -40


def test_one_of_several_scores_is_searched_by():
    search = HpoptSearchCV(
        LogisticRegression(max_iter=2000),
        {"C": stats.loguniform(1e-3, 10)},
        n_iter=4,
        scoring={"right": "accuracy", "loss": "neg_log_loss"},
        refit="loss",
        random_state=0,
    ).fit(StandardScaler().fit_transform(CANCER[0]), CANCER[1])
    assert search.best_score_ == search.cv_results_["mean_test_loss"][search.best_index_]
    unnamed = HpoptSearchCV(
        LogisticRegression(), {"C": [1, 2]}, n_iter=2, scoring=["accuracy", "f1"], refit=False
    )
    with pytest.raises(ValueError, match="none is named to search by"):
        unnamed.fit(*CANCER)


def test_a_refit_of_ones_own_choice():
    def simplest(results):
        return int(np.argmin(results["param_n_neighbors"].data))

    search = HpoptSearchCV(
        KNeighborsClassifier(), {"n_neighbors": [9, 3, 5]}, n_iter=3, refit=simplest, cv=3
    ).fit(*CANCER)
    assert search.best_params_ == {"n_neighbors": 3}


def test_candidates_that_fail_are_left_out():
    # Of all pairs only some are implemented: the others raise in fit.
    search = HpoptSearchCV(
        LogisticRegression(max_iter=5000),
        {"solver": ["lbfgs", "liblinear"], "penalty": ["l1"], "C": [0.1, 1.0]},
        n_iter=4,
        cv=3,
        random_state=0,
    )
    with pytest.warns(FitFailedWarning, match="fits failed"):
        search.fit(StandardScaler().fit_transform(CANCER[0]), CANCER[1])
    assert {params["solver"] for params in search.cv_results_["params"]} == {"liblinear"}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
def test_where_all_fail_it_says_why():
    search = HpoptSearchCV(SVC(), {"C": [-1.0, -2.0]}, n_iter=2, cv=3)
    with pytest.raises(ValueError, match="'C' parameter of SVC"):
        search.fit(*CANCER)


def test_a_failure_can_be_raised_at_once():
    search = HpoptSearchCV(SVC(), {"C": [-1.0]}, n_iter=2, error_score="raise")
    with pytest.raises(ValueError, match="'C' parameter of SVC"):
        search.fit(*CANCER)


def test_two_workers_and_groups():
    groups = np.arange(len(CANCER[1])) // 10
    search = svm_search(n_iter=6, n_jobs=2).fit(*CANCER)
    assert len(set(search.cv_results_["trial"])) == 6
    from sklearn.model_selection import GroupKFold

    grouped = svm_search(n_iter=3, cv=GroupKFold(3)).fit(*CANCER, groups=groups)
    assert grouped.n_splits_ == 3


def test_folds_may_come_from_an_iterator():
    folds = StratifiedKFold(3).split(*CANCER)
    search = svm_search(n_iter=3, cv=folds).fit(*CANCER)
    assert search.n_splits_ == 3 and search.cv is folds


def test_it_can_be_pickled_and_cloned():
    search = svm_search(n_iter=3).fit(*CANCER)
    again = pickle.loads(pickle.dumps(search))
    assert np.array_equal(again.predict(CANCER[0]), search.predict(CANCER[0]))
    assert clone(search).get_params()["n_iter"] == 3


def test_a_store_remembers(tmp_path):
    store = str(tmp_path / "store")
    first = svm_search(n_iter=12, storage=store, study_name="cancer").fit(*CANCER)
    second = svm_search(n_iter=3, storage=store, study_name="cancer", random_state=9).fit(*CANCER)
    assert first.best_params_ in second.cv_results_["params"]
    study = hpopt.Study.open("cancer", storage=store)
    assert len(study.trials) == 3 and study.best is not None


def test_the_example_runs():
    program = pathlib.Path(__file__).parents[2] / "examples" / "sklearn_search" / "search.py"
    done = subprocess.run(
        [sys.executable, program, "--time", "6s"],
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "accuracy on the test digits 0.9" in done.stdout


def test_ladders():
    assert Ladder.to(1797, 3, least=100).sizes == (200, 599, 1797)
    assert Ladder.to(10**6, 3, least=50).sizes[0] == round(10**6 / 27)
    assert len(Ladder.to(10**6, 3, least=50, open_end=True).sizes) == 10
    assert Ladder.to(20, 3, least=20).sizes == (20,)
    ladder = Ladder.to(81, 3, least=3)
    assert [ladder.rung_at(step / 27) for step in (1, 3, 9, 27)] == [0, 1, 2, 3]


def test_what_is_not_measured_is_scaled_up():
    pace = Pace(Ladder((10, 30, 90), 3))
    assert pace.expected(2) == 0
    pace.note(0, 5.0)
    assert pace.expected(1) == 5.0  # the first time is no measure of what comes
    pace.note(1, 2.0)
    assert pace.expected(2) == 6.0
    assert pace.expected(0) == 5.0
