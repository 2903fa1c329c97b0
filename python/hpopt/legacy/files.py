"""The original's files: hpopt_status.json and hpopt_trial_N.json, read by its tools and by people.

They show what the journal holds, and are replaced as a whole: a reader finds the old file or the
new one, never half of it.
"""

from __future__ import annotations

import contextlib
import glob
import json
import logging
import math
import os
import tempfile
from typing import Any

from hpopt.legacy.status import Status

logger = logging.getLogger("hpopt")


def get_status_path(save_path: str) -> str:
    """Where the search of this folder says how it stands."""
    return os.path.join(save_path, "hpopt_status.json")


def get_trial_path(save_path: str, trial_id: int) -> str:
    """Where a trial keeps its scores."""
    return os.path.join(save_path, f"hpopt_trial_{trial_id}.json")


def load_json(json_file_path: str) -> Any:
    """What the file holds; None, with a warning, where it is no JSON; None where there is none."""
    try:
        with open(json_file_path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        logger.warning("%s can't be read: %s", json_file_path, error)
        return None


def write_json(path: str, contents: dict[str, Any]) -> None:
    """Replaces the file as a whole; only its owner may read it."""
    text = _in_lines(contents)
    folder, name = os.path.split(path)
    handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder or ".")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def _in_lines(contents: dict[str, Any]) -> str:
    """One line a key, and one a trial: as easy to read as indented, and far quicker to write."""
    lines = []
    for key, value in contents.items():
        is_table = isinstance(value, list) and value and isinstance(value[0], dict)
        rows = ",\n    ".join(map(json.dumps, value)) if is_table else ""
        shown = f"[\n    {rows}\n  ]" if is_table else json.dumps(value)
        lines.append(f"  {json.dumps(key)}: {shown}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def remove_files(save_path: str) -> None:
    """Of an earlier search in this folder. Its journal is kept."""
    escaped = glob.escape(save_path)
    paths = glob.glob(os.path.join(escaped, "hpopt_trial_*.json"))
    for path in [*paths, get_status_path(save_path)]:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)


def get_previous_status(save_path: str) -> Status:
    """COMPLETERESULT: a best configuration is known; PARTIALRESULT: it was begun; NORESULT."""
    status = load_json(get_status_path(save_path))
    if not isinstance(status, dict):
        return Status.NORESULT
    known = status.get("best_config_id") is not None
    return Status.COMPLETERESULT if known else Status.PARTIALRESULT


def get_trial_results(save_path: str, trial_id: int) -> dict[str, Any] | None:
    """`status`, `scores`, `median` and `images` of a trial; None: it has no file."""
    results = load_json(get_trial_path(save_path, trial_id))
    return results if isinstance(results, dict) else None


def get_current_status(save_path: str, trial_id: int) -> Status:
    """UNKNOWN: it has no file."""
    results = get_trial_results(save_path, trial_id)
    return Status.UNKNOWN if results is None else Status(results.get("status", Status.UNKNOWN))


def get_best_score(save_path: str, trial_id: int, mode: str) -> float | None:
    """Of a trial that has stopped; None: it runs, or it has no score."""
    return get_best_score_with_num_imgs(save_path, trial_id, mode)[0]


def get_best_score_with_num_imgs(
    save_path: str, trial_id: int, mode: str
) -> tuple[float | None, int]:
    """The same, and how many images it was trained with; (None, -1): it runs, or has no score."""
    results = get_trial_results(save_path, trial_id)
    if results is None or results.get("status") != Status.STOP:
        return None, -1
    images = results.get("images") or [-1]
    return best_of(results.get("scores", []), mode), images[-1]


def best_of(scores: list[Any], mode: str) -> float | None:
    """NaN and the like, which the original wrote down too, are no scores."""
    finite = [score for score in scores if isinstance(score, (int, float)) and math.isfinite(score)]
    if not finite:
        return None
    return min(finite) if mode == "min" else max(finite)
