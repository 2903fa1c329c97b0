"""A checkpoint of a PyTorch training: the states of its parts and of the random number generators.

One file, replaced as a whole: a process that is killed while it saves leaves the one before.
"""

from __future__ import annotations

import os
import random
import sys
import warnings
from collections.abc import Mapping
from typing import Any, Protocol

import torch


class Stateful(Protocol):
    """A model, an optimizer, a scheduler, a gradient scaler, a data loader that keeps its place."""

    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state: dict[str, Any], /) -> Any: ...


class Checkpoint:
    def __init__(self, path: str, parts: Mapping[str, Stateful]) -> None:
        self._path = path
        self._parts = dict(parts)

    def save(self, progress: Mapping[str, Any]) -> None:
        """Writes the parts' states as they are now, and `progress` beside them."""
        states = {name: part.state_dict() for name, part in self._parts.items()}
        unfinished = f"{self._path}.{os.getpid()}"
        with open(unfinished, "wb") as file:
            torch.save(
                {"progress": dict(progress), "parts": states, "random": random_states()}, file
            )
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, self._path)

    def restore(self, with_random: bool = True) -> dict[str, Any] | None:
        """Puts all back as it was saved; the progress, or None where nothing was saved.

        A file that can't be read counts as none, with a warning; a state that does not fit its part
        is the part's own error, since the trial would train something else.
        """
        saved = self._read()
        if saved is None:
            return None
        for name, part in self._parts.items():
            if name in saved["parts"]:
                part.load_state_dict(saved["parts"][name])
        if with_random:
            restore_random(saved["random"])
        progress: dict[str, Any] = saved["progress"]
        return progress

    def _read(self) -> dict[str, Any] | None:
        if not os.path.exists(self._path):
            return None
        try:
            # Our own file, and a scheduler's state may hold more than tensors.
            saved: dict[str, Any] = torch.load(self._path, map_location="cpu", weights_only=False)
        except Exception as error:  # whatever pickle and zip make of a damaged file
            warnings.warn(
                f"{self._path} can't be read ({error}): the training starts anew",
                RuntimeWarning,
                stacklevel=2,
            )
            return None
        return saved


def random_states() -> dict[str, Any]:
    """Of Python, of PyTorch on each kind of device that is in use, and of NumPy if it is loaded."""
    states: dict[str, Any] = {"python": random.getstate(), "torch": torch.get_rng_state()}
    for kind in _devices_in_use():
        states[kind] = getattr(torch, kind).get_rng_state_all()
    if "numpy" in sys.modules:
        states["numpy"] = sys.modules["numpy"].random.get_state()
    return states


def restore_random(states: Mapping[str, Any]) -> None:
    """Of devices that were there and are not any more, the state is passed over."""
    random.setstate(states["python"])
    torch.set_rng_state(states["torch"])
    for kind in ("cuda", "xpu"):
        device = getattr(torch, kind, None)
        if kind in states and device is not None and device.device_count() == len(states[kind]):
            device.set_rng_state_all(states[kind])
    if "numpy" in states and "numpy" in sys.modules:
        sys.modules["numpy"].random.set_state(states["numpy"])


def _devices_in_use() -> list[str]:
    kinds = [kind for kind in ("cuda", "xpu") if hasattr(torch, kind)]
    return [kind for kind in kinds if getattr(torch, kind).is_initialized()]
