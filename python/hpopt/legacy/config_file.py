"""hpo_config.yaml: the arguments of create() in a file."""

from __future__ import annotations

import importlib
import os
from typing import Any

from hpopt.errors import InvalidInput, Unavailable
from hpopt.legacy.space import SearchSpace

_KEYS = (
    "metric",
    "mode",
    "early_stop",
    "max_iterations",
    "min_iterations",
    "subset_ratio",
    "num_init_trials",
    "num_trials",
    "num_brackets",
    "reduction_factor",
)


def read_hpo_config(path: str | os.PathLike[str]) -> dict[str, Any]:
    """What the file says, as arguments: `hpopt.create(5000, 20, **read_hpo_config(path))`.

    Errors: InvalidInput: no mapping, an unknown key, or no search space; FileNotFoundError;
    Unavailable: PyYAML is missing.
    """
    contents = _yaml(path)
    where = os.fspath(path)
    if not isinstance(contents, dict) or not isinstance(contents.get("hp_space"), dict):
        raise InvalidInput("it has no hp_space", where, "name the hyper-parameters under hp_space")
    unknown = contents.keys() - {*_KEYS, "search_algorithm", "hp_space"}
    if unknown:
        raise InvalidInput(
            f"unknown keys {sorted(unknown)}", where, f"known are {', '.join(_KEYS)}"
        )
    arguments = {key: contents[key] for key in _KEYS if contents.get(key) not in (None, "None")}
    arguments["search_alg"] = contents.get("search_algorithm", "smbo")
    arguments["search_space"] = {
        name: _space(name, each, where) for name, each in contents["hp_space"].items()
    }
    return arguments


def _space(name: str, declared: Any, where: str) -> SearchSpace:
    try:
        return SearchSpace(declared["param_type"], declared["range"])
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInput(
            f"hp_space.{name}: {error}", where, "say param_type and range, as [low, high]"
        ) from None


def _yaml(path: str | os.PathLike[str]) -> Any:
    try:
        yaml = importlib.import_module("yaml")
    except ImportError:
        raise Unavailable("PyYAML is missing", "read_hpo_config", "pip install pyyaml") from None
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file)
