"""Resume: what an earlier search in the same folder fixed, and what has changed since."""

from __future__ import annotations

import os
from typing import Any

from hpopt.legacy.files import get_status_path, load_json
from hpopt.legacy.settings import STORED, Settings, early_stop_of, spaces_of
from hpopt.legacy.space import SearchSpace

_SETTLED = ("max_iterations", "subset_ratio")


def earlier_status(save_path: str) -> dict[str, Any] | None:
    """None: no search is there. Errors: ValueError: hpopt_status.json is damaged."""
    path = get_status_path(save_path)
    status = load_json(path)
    if isinstance(status, dict) and isinstance(status.get("search_space"), dict):
        return status
    if os.path.exists(path):
        raise ValueError(f"{path} is damaged: restore it, or say resume=False to start over")
    return None


def settled_before(status: dict[str, Any]) -> dict[str, Any]:
    """What the earlier search had chosen by itself, and this one keeps."""
    stored = {**status, **status.get(STORED, {})}
    return {name: stored[name] for name in _SETTLED if stored.get(name) is not None}


def check_unchanged(status: dict[str, Any], settings: Settings) -> None:
    """Errors: ValueError that shows each setting that is another one now."""
    spaces = changed_spaces(spaces_of(status), narrowed(status, settings))
    changes = [*_changed_settings(status, settings), *spaces]
    if changes:
        raise ValueError(
            f"the search in {settings.save_path!r} was begun with other settings: "
            f"{'; '.join(changes)} (say resume=False to start over)"
        )


def changed_spaces(before: dict[str, SearchSpace], now: dict[str, SearchSpace]) -> list[str]:
    """One line a hyper-parameter that is another one."""
    return [
        f"search_space[{name!r}]: {before.get(name)} -> {now.get(name)}"
        for name in dict.fromkeys([*before, *now])
        if before.get(name) != now.get(name)
    ]


def narrowed(status: dict[str, Any], settings: Settings) -> dict[str, SearchSpace]:
    """The space, with the bound of the batch size that the original had drawn in for want of
    memory."""
    name = settings.batch_size_name
    before = {} if STORED in status else spaces_of(status)
    if name not in before or name not in settings.search_space:
        return settings.search_space
    if not before[name].narrows(settings.search_space[name]):
        return settings.search_space
    return {**settings.search_space, name: before[name]}


def _changed_settings(status: dict[str, Any], settings: Settings) -> list[str]:
    stored = {**status, **status.get(STORED, {})}
    stored["algorithm"] = status.get("search_algorithm")
    stored["early_stop"] = early_stop_of(stored.get("early_stop"))
    stored["image_resize"] = tuple(stored.get("image_resize", (0, 0)))
    names = ["algorithm", "metric", "mode", "image_resize", "full_dataset_size"]
    names += ["subset_ratio", "max_iterations"]
    names += ["reduction_factor"] if settings.algorithm == "asha" else ["early_stop"]
    pairs = [(name, stored[name], getattr(settings, name)) for name in names if name in stored]
    return [f"{name}: {before} -> {now}" for name, before, now in pairs if before != now]
