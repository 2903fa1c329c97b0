"""DummyOpt: a search that tries nothing, for scripts whose search is switched off."""

from __future__ import annotations

from typing import Any

from hpopt.legacy.files import get_status_path, load_json
from hpopt.legacy.resume import changed_spaces
from hpopt.legacy.settings import spaces_of
from hpopt.legacy.space import SearchSpace


class DummyOpt:
    """Hands out no sample; shows the status of the search that it resumes.

    Errors: ValueError: that search has another space.
    """

    def __init__(
        self, save_path: str, search_space: dict[str, SearchSpace] | None, resume: bool = False
    ) -> None:
        self.save_path = save_path
        self.search_space = search_space or {}
        status = load_json(get_status_path(save_path)) if resume else None
        self.hpo_status: dict[str, Any] = status or {"config_list": []}
        if status is not None:
            changes = changed_spaces(spaces_of(status), self.search_space)
            if changes:
                raise ValueError(f"the search in {save_path!r} has another space: {changes}")

    def get_next_sample(self) -> None:
        return None

    def get_next_samples(self, num_expected_samples: int = 0) -> list[dict[str, Any]]:
        return []
