"""The original's files: written whole, read whatever state they are in."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from hpopt.legacy import (
    Status,
    createDummyOpt,
    get_best_score,
    get_best_score_with_num_imgs,
    get_current_status,
    get_previous_status,
    get_status_path,
    get_trial_path,
    get_trial_results,
    load_json,
)
from hpopt.legacy.files import write_json


def trial_file(trial_id: int = 0, **contents: Any) -> None:
    Path(get_trial_path(".", trial_id)).write_text(json.dumps(contents))


def test_the_numbers_of_status() -> None:
    assert {each.name: each.value for each in Status} == {
        "UNKNOWN": -1,
        "READY": 0,
        "RUNNING": 1,
        "STOP": 2,
        "CUDAOOM": 3,
        "NORESULT": 4,
        "PARTIALRESULT": 5,
        "COMPLETERESULT": 6,
    }


def test_paths_begin_as_the_folder_was_given() -> None:
    assert get_status_path("./tmp/x") == "./tmp/x/hpopt_status.json"
    assert get_trial_path("./tmp/x", 3) == "./tmp/x/hpopt_trial_3.json"


def test_the_status_of_a_search() -> None:
    assert get_previous_status(".") == Status.NORESULT
    status = Path(get_status_path("."))
    status.write_text(json.dumps({"config_list": []}))
    assert get_previous_status(".") == Status.PARTIALRESULT
    status.write_text(json.dumps({"config_list": [], "best_config_id": 0}))
    assert get_previous_status(".") == Status.COMPLETERESULT


def test_the_status_and_the_score_of_a_trial() -> None:
    assert get_current_status(".", 0) == Status.UNKNOWN
    assert get_best_score(".", 0, "max") is None
    assert get_best_score_with_num_imgs(".", 0, "max") == (None, -1)
    trial_file(status=1, scores=[0.5, 0.7], median=[0.5, 0.6], images=[100, 200])
    assert get_current_status(".", 0) is Status.RUNNING
    assert get_best_score(".", 0, "max") is None
    trial_file(status=2, scores=[0.5, 0.7, 0.6], median=[], images=[100, 200, 300])
    assert get_best_score(".", 0, "max") == 0.7
    assert get_best_score(".", 0, "min") == 0.5
    assert get_best_score_with_num_imgs(".", 0, "max") == (0.7, 300)
    results = get_trial_results(".", 0)
    assert results is not None
    assert results["scores"] == [0.5, 0.7, 0.6]


def test_a_nan_that_the_original_wrote_first_is_not_the_best() -> None:
    Path(get_trial_path(".", 0)).write_text('{"status": 2, "scores": [NaN, 0.1, 0.3]}')
    assert get_best_score(".", 0, "max") == 0.3
    assert get_best_score(".", 0, "min") == 0.1
    trial_file(1, status=2, scores=[], images=[])
    assert get_best_score_with_num_imgs(".", 1, "max") == (None, -1)


@pytest.mark.parametrize("damaged", ["", "{", '{"status": 1, "sco', "\x00\xff"])
def test_a_damaged_file_is_no_endless_loop(damaged: str) -> None:
    Path(get_trial_path(".", 0)).write_text(damaged)
    Path(get_status_path(".")).write_text(damaged)
    assert load_json(get_trial_path(".", 0)) is None
    assert get_current_status(".", 0) == Status.UNKNOWN
    assert get_previous_status(".") == Status.NORESULT


def test_a_reader_never_sees_half_a_file() -> None:
    path = get_trial_path(".", 0)
    write_json(path, {"numbers": [0] * 10})
    done = threading.Event()
    torn: list[Any] = []

    def read() -> None:
        while not done.is_set():
            found = load_json(path)
            if found is None or len(set(found["numbers"])) != 1:
                torn.append(found)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(300):
        write_json(path, {"numbers": [number] * (10 + 1000 * (number % 2))})
    done.set()
    for reader in readers:
        reader.join()
    assert torn == []
    assert [each.name for each in Path(".").iterdir()] == ["hpopt_trial_0.json"]
    assert Path(path).stat().st_mode & 0o777 == 0o600


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = str(tmp_path / "x.json")
    contents = {"a": 1, "empty": [], "list": [1, 2], "table": [{"b": 'q"'}, {"b": None}], "c": {}}
    write_json(path, contents)
    assert load_json(path) == contents
    assert len(Path(path).read_text().splitlines()) == 2 + 4 + 4


def test_a_dummy_hands_out_nothing() -> None:
    assert createDummyOpt() is None
    dummy = createDummyOpt(save_path="hpo", search_alg="asha", num_trials=3)
    assert dummy is not None
    assert dummy.get_next_sample() is None
    assert dummy.get_next_samples() == []
    assert dummy.hpo_status == {"config_list": []}
