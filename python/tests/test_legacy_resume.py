"""A search that goes on: in its own folder, and in one that the original left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from legacy_search import create, score, space, train, train_all

import hpopt

DEFAULT = {"lr": 0.01, "bs": 32, "opt": "adam"}


def test_it_goes_on_where_it_was() -> None:
    search = create(num_init_trials=5, num_trials=7)
    train(search.get_next_sample())
    search = create(num_init_trials=5, num_trials=7, resume=True)
    assert search.hpo_status["config_list"][0]["score"] is not None
    configs = search.get_next_samples()
    assert [config["trial_id"] for config in configs] == [1, 2, 3, 4]
    for config in configs:
        train(config)
    assert len(train_all(search)) == 2
    search = create(num_init_trials=5, num_trials=7, resume=True)
    assert search.get_next_sample() is None
    assert search.get_best_config() is not None


def test_what_was_out_is_handed_out_again_in_the_same_process() -> None:
    search = create()
    lost = [search.get_next_sample() for _ in range(2)]
    hpopt.report(lost[0], 0.5)
    search = create(resume=True)
    again = [search.get_next_sample() for _ in range(3)]
    assert [config["trial_id"] for config in again] == [0, 1, 2]
    assert [config["params"] for config in again[:2]] == [config["params"] for config in lost]


def test_again_and_again() -> None:
    """min mode, too, where the original turned the model's sign."""
    for round_number in range(6):
        search = create(mode="min", num_trials=20, resume=True, default_hyper_parameters=DEFAULT)
        assert len(search.hpo_status["config_list"]) >= 2 * round_number
        for _ in range(2):
            train(search.get_next_sample(), -1)
    search.update_scores()
    configs = [entry["config"] for entry in search.hpo_status["config_list"]]
    assert configs[0] == DEFAULT
    assert configs.count(DEFAULT) == 1
    best = search.get_best_config()
    assert score(best, 4) == max(score(config, 4) for config in configs)


def test_a_finished_search_is_known_after_resume() -> None:
    search = create(num_trials=2)
    train_all(search)
    best = search.get_best_config()
    search = create(num_trials=2, resume=True)
    assert hpopt.get_previous_status("hpo") == hpopt.Status.COMPLETERESULT
    assert search.get_best_config() == best


def test_more_trials_than_before() -> None:
    train_all(create(num_trials=2))
    assert len(train_all(create(num_trials=5, resume=True))) == 3


def test_a_list_equals_a_tuple() -> None:
    create(image_resize=[32, 64]).get_next_sample()
    create(image_resize=(32, 64), resume=True)


def test_what_was_chosen_automatically_is_kept() -> None:
    search = hpopt.create(10_000, 20, space())
    assert search is not None
    train(search.get_next_sample() or {})
    later = hpopt.create(10_000, 20, space(), expected_time_ratio=40, resume=True)
    assert later is not None
    assert later.max_iterations == search.max_iterations
    assert later.subset_ratio == search.subset_ratio


@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        ({"max_iterations": 9}, "max_iterations: 4 -> 9"),
        ({"metric": "f1"}, "metric: mAP -> f1"),
        ({"mode": "min"}, "mode: max -> min"),
        ({"subset_ratio": 0.25}, "subset_ratio: 0.5 -> 0.25"),
        ({"image_resize": (1, 1)}, r"image_resize: \(0, 0\) -> \(1, 1\)"),
        ({"full_dataset_size": 2000}, "full_dataset_size: 1000 -> 2000"),
        ({"early_stop": "median_stop"}, "early_stop: None -> median_stop"),
        ({"search_alg": "asha"}, "algorithm: smbo -> asha"),
        ({"search_space": {"lr": hpopt.SearchSpace("uniform", [0, 1])}}, "search_space"),
    ],
)
def test_what_has_changed_is_shown(changed: dict[str, Any], shown: str) -> None:
    create().get_next_sample()
    with pytest.raises(ValueError, match=shown):
        create(resume=True, **changed)


def test_the_batch_bound_is_kept() -> None:
    search = create(batch_size_name="bs", num_trials=4, default_hyper_parameters=DEFAULT)
    config = search.get_next_sample()
    hpopt.reportOOM(config)
    search = create(
        batch_size_name="bs", num_trials=4, default_hyper_parameters=DEFAULT, resume=True
    )
    assert search.hpo_status["config_list"][0]["status"] == hpopt.Status.CUDAOOM
    again = search.get_next_sample()
    assert again["params"]["bs"] < 32
    assert {**again["params"], "bs": 32} == DEFAULT


def test_a_folder_without_a_search_begins_one() -> None:
    assert len(train_all(create(num_trials=2, resume=True))) == 2


def test_a_search_that_handed_out_nothing_is_not_the_one_before_it() -> None:
    train_all(create(num_trials=3))
    create(num_trials=3)
    assert len(train_all(create(num_trials=3, resume=True))) == 3


def test_a_damaged_status_file_is_said() -> None:
    train_all(create(num_trials=1))
    Path("hpo/hpopt_status.json").write_text("{")
    with pytest.raises(ValueError, match="damaged"):
        create(num_trials=1, resume=True)
    assert Path("hpo/hpopt_trial_0.json").exists()


def old_folder(algorithm: str = "smbo", **more: Any) -> None:
    """As the original leaves it: two trials with a result, one running, one ready."""
    folder = Path("hpo")
    folder.mkdir()
    configs = [{"lr": 10.0**-power, "bs": 8 * power, "opt": "adam"} for power in (2, 3, 1, 4)]
    entries = [
        {"trial_id": number, "config": config, "status": status, "score": result}
        for number, (config, status, result) in enumerate(
            zip(configs, (2, 1, 2, 0), (0.75, None, 0.5, None), strict=True)
        )
    ]
    status = {
        "search_algorithm": algorithm,
        "search_space": {name: each.to_json() for name, each in space().items()},
        "metric": "mAP",
        "subset_ratio": 0.5,
        "image_resize": [0, 0],
        "early_stop": None,
        "max_iterations": 4,
        "full_dataset_size": 1000,
        "config_list": entries,
        "num_gen_config": 3,
    }
    (folder / "hpopt_status.json").write_text(json.dumps({**status, **more}))
    for number, scores in ((0, [0.5, 0.7, 0.75, 0.7]), (1, [0.1]), (2, [0.4, 0.5])):
        results = {"status": 2 if number != 1 else 1, "scores": scores, "median": scores}
        (folder / f"hpopt_trial_{number}.json").write_text(json.dumps(results))


def test_a_folder_of_the_original_goes_on() -> None:
    old_folder()
    search = create(num_trials=6, resume=True)
    entries = search.hpo_status["config_list"]
    assert [entry["score"] for entry in entries] == [0.75, None, 0.5, None]
    assert [entry["config"]["lr"] for entry in entries] == [0.01, 0.001, 0.1, 0.0001]
    assert search.get_best_config() == {"lr": 0.01, "bs": 16, "opt": "adam"}
    assert search.study.trials[0].reports == [(4, 0.75)]
    configs = train_all(search)
    assert [config["trial_id"] for config in configs] == [1, 3, 4, 5]
    assert configs[0]["params"]["lr"] == 0.001
    search = create(num_trials=6, resume=True)
    assert search.get_next_sample() is None
    assert search.hpo_status["config_list"][0]["score"] == 0.75


def test_a_folder_of_the_originals_asha_goes_on() -> None:
    old_folder("asha", reduction_factor=2)
    search = create(search_alg="asha", num_trials=6, resume=True)
    assert [config["trial_id"] for config in train_all(search)] == [1, 3, 4, 5]


def test_a_changed_setting_shows_in_a_folder_of_the_original() -> None:
    old_folder()
    with pytest.raises(ValueError, match="full_dataset_size: 1000 -> 7"):
        create(full_dataset_size=7, resume=True)


def test_a_batch_bound_that_the_original_drew_in() -> None:
    """Its own resume fails here: the space that it stored is not the one that is asked for."""
    shrunk = {name: each.to_json() for name, each in space().items()}
    shrunk["bs"]["range"] = [8, 60, 4, 2]
    old_folder(search_space=shrunk)
    search = create(batch_size_name="bs", num_trials=20, resume=True)
    assert all(config["params"]["bs"] <= 60 for config in train_all(search))


@pytest.mark.parametrize("wrong", [{"opt": "rmsprop"}, {"bs": 0}, {"lr": 7.0}, {"bs": "many"}])
def test_what_does_not_fit_the_space_is_left_out(wrong: dict[str, Any]) -> None:
    """bs: 0 is what the original makes of a lower bound of 1 in steps of 4."""
    old_folder()
    path = Path("hpo/hpopt_status.json")
    status = json.loads(path.read_text())
    status["config_list"][0]["config"] |= wrong
    path.write_text(json.dumps(status))
    search = create(num_trials=6, resume=True)
    assert search.hpo_status["config_list"][0]["score"] is None
    assert search.hpo_status["config_list"][2]["score"] == 0.5
    assert len(train_all(search)) == 5


def test_defaults_that_the_original_repeated_on_resume() -> None:
    """Both results are known, and it isn't tried a third time."""
    old_folder()
    path = Path("hpo/hpopt_status.json")
    status = json.loads(path.read_text())
    again = status["config_list"][0]["config"]
    status["config_list"].append({"trial_id": 4, "config": again, "status": 2, "score": 0.7})
    path.write_text(json.dumps(status))
    search = create(num_trials=7, resume=True, default_hyper_parameters=again)
    entries = search.hpo_status["config_list"]
    assert [entry["score"] for entry in entries] == [0.75, None, 0.5, None, 0.7]
    assert again not in [config["params"] for config in train_all(search)]


def test_what_the_original_left_unfinished_outlives_two_resumes() -> None:
    old_folder()
    search = create(num_trials=6, resume=True)
    entries = search.hpo_status["config_list"]
    assert [entry["status"] for entry in entries] == [2, 0, 2, 0]
    search = create(num_trials=6, resume=True)
    assert [config["trial_id"] for config in train_all(search)] == [1, 3, 4, 5]
