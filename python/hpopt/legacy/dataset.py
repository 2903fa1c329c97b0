"""createHpoDataset: the share of a data set that a trial trains on, its images made smaller.

The samples are drawn with a fixed seed from one order, so a larger share holds the smaller one; at
least 500 are taken, or all.
"""

from __future__ import annotations

import random
from typing import Any

from hpopt.legacy.images import resize_image
from hpopt.legacy.plan import LEAST_SAMPLES

_SEED = 42
_IMAGE_KEYS = ("img", "image")


def createHpoDataset(fullset: Any, config: dict[str, Any]) -> Any:
    """The part of a data set that a trial is to be trained on.

    Args:
        fullset: A PyTorch data set or any object with `__len__` and `__getitem__`; a NumPy array;
            or a tuple of arrays of one length, as (X, y).
        config: What get_next_sample() gave: `subset_ratio`, `resize_width`, `resize_height`.

    Returns: an HpoDataset; of arrays, arrays.
    """
    width, height = config.get("resize_width", 0), config.get("resize_height", 0)
    size = (width, height) if width > 0 and height > 0 else None
    share = config.get("subset_ratio", 1.0)
    if _is_array(fullset):
        return _part_of_array(fullset, share, size)
    if isinstance(fullset, tuple) and fullset and all(map(_is_array, fullset)):
        samples, *labels = fullset
        first = _part_of_array(samples, share, size)
        return (first, *(_part_of_array(each, share, None) for each in labels))
    return HpoDataset(fullset, share, size)


class HpoDataset:
    """Some samples of a data set, which answers for all else: its attributes are there."""

    def __init__(self, fullset: Any, share: float, size: tuple[int, int] | None) -> None:
        self.fullset = fullset
        self.indices = subset(len(fullset), share)
        self.size = size
        flag: Any = getattr(fullset, "flag", None)
        if _is_array(flag) and len(flag) == len(fullset):
            self.flag = flag[self.indices]  # mmdet groups samples by it

    def __getitem__(self, index: int) -> Any:
        sample = self.fullset[self.indices[index]]
        return sample if self.size is None else _resized(sample, self.size)

    def __len__(self) -> int:
        return len(self.indices)

    def __getattr__(self, name: str) -> Any:
        if name == "fullset" or (name.startswith("__") and name.endswith("__")):
            raise AttributeError(name)  # asked by pickle and copy before there is a data set
        return getattr(self.fullset, name)


def subset(length: int, share: float) -> list[int]:
    """Indices of that share of `length` samples; all where the share is 0 or 1."""
    if not 0 < share < 1:
        return list(range(length))
    order = list(range(length))
    random.Random(_SEED).shuffle(order)
    return order[: max(int(length * share), min(LEAST_SAMPLES, length))]


def _part_of_array(array: Any, share: float, size: tuple[int, int] | None) -> Any:
    part = array[subset(len(array), share)]
    if size is None or part.ndim < 3:
        return part
    import numpy

    return numpy.stack([resize_image(each, size) for each in part])


def _resized(sample: Any, size: tuple[int, int]) -> Any:
    """The image of a sample: its first element, its "img" or "image", or the sample itself."""
    if isinstance(sample, (tuple, list)) and sample:
        return type(sample)([resize_image(sample[0], size), *sample[1:]])
    if isinstance(sample, dict):
        return {
            name: resize_image(value, size) if name in _IMAGE_KEYS else value
            for name, value in sample.items()
        }
    return resize_image(sample, size)


def _is_array(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] == "numpy" and hasattr(value, "ndim")
