"""What all tests share: a store of their own, and nothing of the outside that steers hpopt."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [name for name in os.environ if name.startswith("HPOPT")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    yield
