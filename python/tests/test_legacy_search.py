"""A search in one process: what is handed out, what reports lead to, what is best."""

from __future__ import annotations

import json
import math
import os
import time
from pathlib import Path
from typing import Any

import pytest
from legacy_search import ITERATIONS, create, score, space, train, train_all

import hpopt

BEST = score({"lr": 0.01, "opt": "adam"}, ITERATIONS)


def status(folder: str = "hpo") -> dict[str, Any]:
    contents: dict[str, Any] = json.loads(Path(folder, "hpopt_status.json").read_text())
    return contents


def test_classes_are_where_they_were() -> None:
    import hpopt.asha
    import hpopt.hyperband
    import hpopt.smbo

    assert type(create()) == hpopt.smbo.BayesOpt  # noqa: E721 - as scripts of the original ask
    assert type(create(search_alg="asha")) == hpopt.hyperband.AsyncHyperBand  # noqa: E721
    assert hpopt.asha.AsyncHyperBand is hpopt.hyperband.AsyncHyperBand


def test_without_a_space_there_is_no_search() -> None:
    assert hpopt.create() is None
    assert hpopt.create(num_init_trials="5", num_full_iterations=1) is None  # type: ignore[arg-type]
    assert not os.path.exists("hpo")


def test_all_may_be_left_out_but_the_space() -> None:
    search = hpopt.create(search_space={"x": hpopt.SearchSpace("uniform", [0, 1])})
    assert isinstance(search, hpopt.smbo.BayesOpt)
    assert search.save_path == "hpo"
    assert search.subset_ratio == 1
    assert search.max_iterations == 1


def test_unknown_arguments_are_reported() -> None:
    with pytest.warns(UserWarning, match="ealry_stop.*did you mean early_stop"):
        create(ealry_stop="median_stop")
    with pytest.warns(UserWarning, match="no argument gpus"):
        create(gpus=3)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"num_init_trials": "5"}, TypeError),
        ({"num_init_trials": 0}, ValueError),
        ({"max_iterations": "2"}, TypeError),
        ({"max_iterations": 0}, ValueError),
        ({"num_trials": 1.5}, TypeError),
        ({"full_dataset_size": -1}, ValueError),
        ({"num_full_iterations": 0}, ValueError),
        ({"subset_ratio": 0}, ValueError),
        ({"subset_ratio": "half"}, TypeError),
        ({"expected_time_ratio": 0}, ValueError),
        ({"non_pure_train_ratio": 1.5}, ValueError),
        ({"mode": "best"}, ValueError),
        ({"search_alg": "grid"}, ValueError),
        ({"search_space": []}, TypeError),
        ({"search_space": {}}, ValueError),
        ({"search_space": {"x": [0, 1]}}, TypeError),
        ({"image_resize": [1]}, ValueError),
        ({"image_resize": 3}, ValueError),
        ({"search_alg": "asha", "reduction_factor": 1}, ValueError),
        ({"search_alg": "asha", "num_brackets": 0}, ValueError),
        ({"save_path": None}, TypeError),
    ],
)
def test_wrong_arguments_are_named(wrong: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        create(**wrong)


def test_the_keys_of_a_sample() -> None:
    search = create(save_path="./tmp/x", image_resize=(123, 456), early_stop="median_stop")
    config = search.get_next_sample()
    assert config["iterations"] == ITERATIONS
    assert config["trial_id"] == 0
    assert config["file_path"] == "./tmp/x/hpopt_trial_0.json"
    assert config["subset_ratio"] == 0.5
    assert (config["resize_width"], config["resize_height"]) == (123, 456)
    assert config["mode"] == "max"
    assert config["early_stop"] is None
    assert set(config["params"]) == {"lr", "bs", "opt"}
    results = json.loads(Path(config["file_path"]).read_text())
    assert {key: results[key] for key in ("status", "scores", "median", "images")} == {
        "status": 1,
        "scores": [],
        "median": [],
        "images": [],
    }


def test_the_keys_of_a_sample_of_asha() -> None:
    search = create(
        search_alg="asha", batch_size_name="bs", reduction_factor=2, num_brackets=2, num_trials=3
    )
    config = search.get_next_sample()
    assert config["bracket"] == 0
    assert config["rungs"] == search.rungs_in_brackets[0] == [2000, 1000, 500]
    assert search.rungs_in_brackets[1] == [2000, 1000]
    assert config["dataset_size"] == 1000
    assert config["iteration_limit"] == 2000
    assert config["batch_size_param_name"] == "bs"
    assert "early_stop" not in config


def test_values_are_inside_the_space() -> None:
    for config in train_all(create(num_trials=20)):
        params = config["params"]
        assert 0.0001 <= params["lr"] <= 0.1
        assert params["bs"] in range(8, 257, 4)
        assert isinstance(params["bs"], int)
        assert params["opt"] in ("sgd", "adam")


@pytest.mark.parametrize("algorithm", ["bayes_opt", "asha"])
def test_as_many_samples_as_were_asked_for(algorithm: str) -> None:
    search = create(search_alg=algorithm, num_trials=23)
    configs = train_all(search)
    assert [config["trial_id"] for config in configs] == list(range(23))
    assert search.num_trials == 23
    assert search.get_next_sample() is None
    assert search.get_next_samples() == []


def test_what_the_user_sets_is_kept() -> None:
    search = hpopt.create(
        5000, 27, space(), search_alg="asha", num_brackets=3, num_trials=11, reduction_factor=3
    )
    assert isinstance(search, hpopt.hyperband.AsyncHyperBand)
    assert search.num_trials == 11
    assert len(search.rungs_in_brackets) == 3


@pytest.mark.parametrize("mode", ["max", "min"])
@pytest.mark.parametrize("algorithm", ["bayes_opt", "asha"])
def test_the_best_is_the_best_score(algorithm: str, mode: str) -> None:
    sign = 1 if mode == "max" else -1
    search = create(search_alg=algorithm, mode=mode, num_trials=20)
    train_all(search, sign)
    best = search.get_best_config()
    entries = search.hpo_status["config_list"]
    choose = max if mode == "max" else min
    first = choose(entries, key=lambda entry: entry["score"])
    assert best == first["config"]
    assert search.hpo_status["best_config_id"] == first["trial_id"]
    assert hpopt.get_previous_status("hpo") == hpopt.Status.COMPLETERESULT
    assert first["score"] == sign * score(first["config"], ITERATIONS)


def test_the_model_learns() -> None:
    """What it proposes comes nearer to the best than what was drawn before."""
    search = create(num_trials=40)
    train_all(search)
    scores = [entry["score"] for entry in search.hpo_status["config_list"]]
    assert BEST - max(scores[8:]) < 0.1 * (BEST - max(scores[:5]))


def test_asha_learns_too() -> None:
    """Configurations are made as results come in, not all before the first."""
    search = create(search_alg="asha", num_trials=40)
    configs = train_all(search)
    assert len(search.study.trials) == 40
    values = [score(config["params"], ITERATIONS) for config in configs]
    assert BEST - max(values[8:]) < 0.1 * (BEST - max(values[:5]))


def test_asha_stops_most_trials_early() -> None:
    search = create(search_alg="asha", num_trials=30, max_iterations=8, num_brackets=1)
    lengths = []
    while (config := search.get_next_sample()) is not None:
        lengths.append(train(config))
    assert set(lengths) <= {1, 2, 4, 8}
    assert lengths.count(8) < 15
    assert 8 in lengths
    entries = search.hpo_status["config_list"]
    assert all(entry["status"] == hpopt.Status.STOP for entry in entries)
    assert all(entry["score"] is not None for entry in entries)


def test_a_higher_bracket_is_not_stopped_below_its_first_rung() -> None:
    search = create(search_alg="asha", num_trials=30, max_iterations=8, num_brackets=3)
    counts = [0, 0, 0]
    while (config := search.get_next_sample()) is not None:
        counts[config["bracket"]] += 1
        assert train(config) >= 2 ** config["bracket"]
    assert sum(counts) == 30
    assert min(counts) > 0
    assert search.hpo_status["config_list"][7]["bracket"] in (0, 1, 2)


def test_the_median_stops_what_is_worse() -> None:
    search = create(early_stop="median_stop", num_trials=30, max_iterations=10)
    lengths = []
    while (config := search.get_next_sample()) is not None:
        assert config["early_stop"] == (None if config["trial_id"] < 5 else "median_stop")
        lengths.append(train(config))
    assert min(lengths) < 10
    assert max(lengths) == 10


def test_initial_samples_come_at_once() -> None:
    search = create(num_init_trials=5, num_trials=7)
    configs = search.get_next_samples()
    assert [config["trial_id"] for config in configs] == [0, 1, 2, 3, 4]
    for config in configs:
        train(config)
    assert len(search.get_next_samples()) == 1
    assert len(search.get_next_samples()) == 1
    assert search.get_next_samples() == []


def test_initial_samples_are_no_more_than_all() -> None:
    search = create(num_init_trials=5, num_trials=2)
    assert search.num_init_trials == 2
    assert len(search.get_next_samples()) == 2


def test_a_small_space_ends() -> None:
    search = create(search_space={"c": hpopt.SearchSpace("choice", ["a", "b", "c"])}, num_trials=50)
    seen = []
    while (config := search.get_next_sample()) is not None:
        seen.append(config["params"]["c"])
        hpopt.report(config, 0.5)
        hpopt.finalize_trial(config)
    assert sorted(seen) == ["a", "b", "c"]


def test_scores_and_progress_are_shown() -> None:
    search = create(num_trials=4)
    assert search.get_progress() == 0
    train(search.get_next_sample())
    search.update_scores()
    assert search.hpo_status["config_list"][0]["score"] is not None
    assert search.get_progress() == 0.25
    train_all(search)
    assert search.get_progress() == 1


def test_results_are_printed_where_scores_are_missing(capsys: pytest.CaptureFixture[str]) -> None:
    search = create()
    train(search.get_next_sample())
    search.get_next_sample()
    search.update_scores()
    search.print_results()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert [name in lines[0] for name in ("#", "lr", "bs", "opt", "score")] == [True] * 5
    assert lines[2].rstrip(" |").endswith("-")


def test_without_a_score_nothing_is_best() -> None:
    search = create()
    assert search.get_best_config() is None
    search.get_next_sample()
    assert search.get_best_config() is None
    assert hpopt.get_previous_status("hpo") == hpopt.Status.PARTIALRESULT


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("mode", ["max", "min"])
def test_a_score_that_is_none_never_wins(mode: str, bad: float) -> None:
    search = create(mode=mode)
    config = search.get_next_sample()
    assert hpopt.report(config, bad) == hpopt.Status.STOP
    assert hpopt.report(config, 0.5) == hpopt.Status.STOP  # it has ended
    good = search.get_next_sample()
    train(good)
    assert search.get_best_config() == good["params"]
    assert search.hpo_status["config_list"][0]["score"] is None
    assert json.loads(Path(config["file_path"]).read_text())["scores"] == []


def test_the_trials_file_and_the_journal_agree() -> None:
    search = create()
    config = search.get_next_sample()
    train(config)
    results = json.loads(Path(config["file_path"]).read_text())
    expected = [score(config["params"], number) for number in range(1, ITERATIONS + 1)]
    assert results["status"] == hpopt.Status.STOP
    assert results["scores"] == expected
    assert results["median"][-1] == pytest.approx(sum(expected) / ITERATIONS)
    assert results["images"] == [500, 1000, 1500, 2000]
    assert hpopt.get_best_score("hpo", 0, "max") == max(expected)
    assert search.study.trials[0].reports == list(enumerate(expected, 1))
    assert search.study.trials[0].state == "complete"


def test_a_damaged_trial_file_is_made_anew() -> None:
    search = create()
    config = search.get_next_sample()
    hpopt.report(config, 0.25)
    Path(config["file_path"]).write_text('{"status": 1, "sco')
    hpopt.report(config, 0.5)
    assert json.loads(Path(config["file_path"]).read_text())["scores"] == [0.25, 0.5]


def test_batches_are_counted_in_passes_over_the_data() -> None:
    """500 samples a pass: 125 batches of 4."""
    fixed = {"x": hpopt.SearchSpace("uniform", [0, 1])}
    search = create(search_alg="asha", search_space=fixed, num_brackets=1)
    config = {**search.get_next_sample(), "batch_size": 4}
    assert hpopt.report(config, 0.1, 125) == hpopt.Status.RUNNING
    assert hpopt.report(config, 0.2, 250) == hpopt.Status.RUNNING
    assert hpopt.report(config, 0.3, 500) == hpopt.Status.STOP
    assert search.study.trials[0].reports == [(1, 0.1), (2, 0.2), (4, 0.3)]
    assert json.loads(Path(config["file_path"]).read_text())["images"] == [500, 1000, 2000]


def test_a_batch_size_is_not_needed() -> None:
    search = create(search_space={"x": hpopt.SearchSpace("uniform", [0, 1])}, use_epoch=True)
    config = search.get_next_sample()
    assert hpopt.report(config, 0.5, 1) == hpopt.Status.RUNNING
    assert hpopt.report(config, 0.5, ITERATIONS) == hpopt.Status.STOP


def test_a_finalized_trial_counts() -> None:
    search = create()
    config = search.get_next_sample()
    for value in (0.1, 0.6, 0.3):
        hpopt.report(config, value)
    hpopt.finalize_trial(config)
    assert hpopt.get_current_status("hpo", 0) == hpopt.Status.STOP
    assert search.get_best_config() == config["params"]
    assert search.hpo_status["config_list"][0]["score"] == 0.6
    silent = search.get_next_sample()
    hpopt.finalize_trial(silent)
    hpopt.finalize_trial(silent)
    search.update_scores()
    assert search.hpo_status["config_list"][1]["score"] is None
    assert hpopt.get_current_status("hpo", 1) == hpopt.Status.STOP


@pytest.mark.parametrize("mode", ["max", "min"])
def test_a_training_that_stood_still_is_marked(mode: str) -> None:
    sign = 1 if mode == "max" else -1
    search = create(mode=mode, max_iterations=20)
    for scores, still in (([0.1, 0.9, 0.8, 0.8, 0.7, 0.6, 0.5], True), ([0.1] * 5 + [0.2], False)):
        config = search.get_next_sample()
        for value in scores:
            hpopt.report(config, sign * value)
        hpopt.finalize_trial(config)
        assert ("early_stopped" in json.loads(Path(config["file_path"]).read_text())) is still


def test_defaults_come_first() -> None:
    search = create(
        default_hyper_parameters=[
            {"lr": 0.01, "bs": 32, "opt": "adam"},
            {"lr": 0.5, "bs": 33, "opt": "sgd"},
        ]
    )
    first, second = search.get_next_sample(), search.get_next_sample()
    assert first["params"] == {"lr": 0.01, "bs": 32, "opt": "adam"}
    assert second["params"] == {"lr": 0.1, "bs": 32, "opt": "sgd"}  # the nearest in the space


def test_a_default_that_is_no_value() -> None:
    with pytest.raises(ValueError, match="default_hyper_parameters: 'rmsprop' is none of"):
        create(default_hyper_parameters={"opt": "rmsprop"})


def test_one_default() -> None:
    search = create(default_hyper_parameters={"lr": 0.01, "bs": 32, "opt": "adam"})
    assert search.get_next_sample()["params"] == {"lr": 0.01, "bs": 32, "opt": "adam"}


def test_scores_of_other_libraries() -> None:
    class Tensor:
        def item(self) -> float:
            return 0.25

    search = create()
    config = search.get_next_sample()
    hpopt.report(config, Tensor())
    assert search.study.trials[0].reports == [(1, 0.25)]
    with pytest.raises(hpopt.InvalidInput):
        hpopt.report(config, "good")
    with pytest.raises(hpopt.InvalidInput):
        hpopt.reportOOM({"params": {}})


def test_out_of_memory_shrinks_the_batch() -> None:
    """For each optimizer by itself: nobody knows which of them needs less."""
    search = create(batch_size_name="bs", num_trials=6)
    failed: dict[str, list[int]] = {"sgd": [], "adam": []}
    ended = 0
    while (config := search.get_next_sample()) is not None:
        params = config["params"]
        if params["bs"] <= 40:
            train(config)
            ended += 1
            continue
        failed[params["opt"]].append(params["bs"])
        hpopt.reportOOM(config)
        assert hpopt.get_current_status("hpo", config["trial_id"]) == hpopt.Status.CUDAOOM
    assert ended == 6
    assert any(failed.values())
    for sizes in failed.values():
        assert sizes == sorted(set(sizes), reverse=True)


def test_a_model_that_fits_no_memory_ends() -> None:
    search = create(batch_size_name="bs", num_trials=6)
    count = 0
    while (config := search.get_next_sample()) is not None:
        hpopt.reportOOM(config)
        count += 1
    assert count < 40
    assert search.get_best_config() is None


def test_out_of_memory_without_a_batch_size_ends() -> None:
    """Nothing can be made smaller: each takes one of num_trials."""
    search = create(search_space={"x": hpopt.SearchSpace("uniform", [0, 1])}, num_trials=5)
    count = 0
    while (config := search.get_next_sample()) is not None:
        hpopt.reportOOM(config)
        count += 1
    assert 0 < count <= 5


def test_time_is_measured_and_kept() -> None:
    """10 ms an iteration, 10 a full training: about 4 times 100 ms are to be spent."""
    search = hpopt.create(0, 10, space(), expected_time_ratio=4, non_pure_train_ratio=0.0)
    assert search is not None
    slept = 0.0
    while (config := search.get_next_sample()) is not None:
        for iteration in range(1, config["iterations"] + 1):
            time.sleep(0.01)
            slept += 0.01
            if hpopt.report(config, score(config["params"], iteration)) == hpopt.Status.STOP:
                break
    assert 0.2 < slept < 0.44
    assert search.get_progress() == 1


def test_slow_trials_are_noticed() -> None:
    """A forecast counts trials; measured time sees that a third of them is six times as slow."""
    search = hpopt.create(0, 4, space(), expected_time_ratio=6, max_iterations=2)
    assert search is not None
    forecast = search.num_trials
    count = 0
    while (config := search.get_next_sample()) is not None:
        for iteration in (1, 2):
            time.sleep(0.06 if config["trial_id"] % 3 == 2 else 0.01)
            hpopt.report(config, score(config["params"], iteration))
        count += 1
    assert count < forecast


def test_nothing_sleeps() -> None:
    search = create(num_trials=20)
    began = time.monotonic()
    train_all(search)
    search.get_best_config()
    assert time.monotonic() - began < 10  # the original: a second a trial, five to end


def test_a_new_search_in_the_same_folder_starts_over() -> None:
    train_all(create(num_trials=3))
    search = create(num_trials=2)
    assert search.hpo_status["config_list"] == []
    assert not os.path.exists("hpo/hpopt_trial_0.json")
    assert [config["trial_id"] for config in train_all(search)] == [0, 1]


def test_a_search_that_was_replaced_says_so() -> None:
    old = create()
    create()
    with pytest.raises(hpopt.Conflict, match="another search"):
        old.get_next_sample()


def test_the_status_file_is_the_originals() -> None:
    search = create(num_trials=2, early_stop="median_stop")
    train_all(search)
    search.get_best_config()
    found = status()
    assert found["search_algorithm"] == "smbo"
    assert found["search_space"]["bs"] == {"type": "qloguniform", "range": [8, 256, 4, 2]}
    assert found["metric"] == "mAP"
    assert found["subset_ratio"] == 0.5
    assert found["image_resize"] == [0, 0]
    assert found["early_stop"] == "median_stop"
    assert found["max_iterations"] == ITERATIONS
    assert found["full_dataset_size"] == 1000
    assert found["num_gen_config"] == 2
    assert found["best_config_id"] in (0, 1)
    assert set(found["config_list"][0]) == {"trial_id", "config", "status", "score"}
    search = create(search_alg="asha", num_trials=2)
    train_all(search)
    found = status()
    assert found["search_algorithm"] == "asha"
    assert found["reduction_factor"] == 2
    assert set(found["config_list"][0]) == {"trial_id", "config", "status", "score", "bracket"}
