"""hpo_config.yaml: the original's settings in a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from legacy_search import train_all

import hpopt
from hpopt.legacy import read_hpo_config

pytest.importorskip("yaml")

SMBO = """
metric: mAP
search_algorithm: smbo
early_stop: None
num_init_trials: 3
num_trials: 4
max_iterations: 2
hp_space:
  lr:
    param_type: quniform
    range:
      - 0.001
      - 0.01
      - 0.001
  bs:
    param_type: qloguniform
    range: [8, 64, 2]
  opt:
    param_type: choice
    range: [sgd, adam]
"""


def written(text: str) -> Path:
    path = Path("hpo_config.yaml")
    path.write_text(text)
    return path


def test_it_is_what_create_takes() -> None:
    arguments = read_hpo_config(written(SMBO))
    assert arguments["search_alg"] == "smbo"
    assert "early_stop" not in arguments
    search = hpopt.create(1000, 10, subset_ratio=1.0, **arguments)
    assert isinstance(search, hpopt.smbo.BayesOpt)
    assert search.num_init_trials == 3
    configs = train_all(search)
    assert len(configs) == 4
    assert configs[0]["iterations"] == 2


def test_asha() -> None:
    text = (
        SMBO.replace("smbo", "asha") + "num_brackets: 2\nreduction_factor: 3\nmin_iterations: 1\n"
    )
    search = hpopt.create(1000, 10, subset_ratio=1.0, **read_hpo_config(written(text)))
    assert isinstance(search, hpopt.hyperband.AsyncHyperBand)
    assert len(search.rungs_in_brackets) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("metric: mAP\n", "no hp_space"),
        ("- 1\n", "no hp_space"),
        (SMBO + "colour: red\n", "unknown keys"),
        (SMBO.replace("quniform", "normal"), "hp_space.lr"),
        (SMBO.replace("param_type: choice", "kind: choice"), "hp_space.opt"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    with pytest.raises(hpopt.InvalidInput, match=said):
        read_hpo_config(written(text))


def test_a_file_that_is_missing() -> None:
    with pytest.raises(FileNotFoundError):
        read_hpo_config("nowhere.yaml")
