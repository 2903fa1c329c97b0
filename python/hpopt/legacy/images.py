"""Images of another size: tensors, PIL's images and arrays, each by its own library."""

from __future__ import annotations

import sys
from typing import Any


def resize_image(image: Any, size: tuple[int, int]) -> Any:
    """The image at (width, height), of the same kind and type of number, bilinear.

    A tensor is channels, height, width, or height, width; an array is height, width, and perhaps
    channels. What is no image comes back as it is.
    """
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(image, torch.Tensor):
        return _tensor(torch, image, size) if image.ndim >= 2 else image
    if type(image).__module__.startswith("PIL."):
        from PIL import Image

        return image.resize(size, Image.Resampling.BILINEAR)
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(image, numpy.ndarray):
        return _array(numpy, image, size) if image.ndim >= 2 else image
    return image


def _tensor(torch: Any, image: Any, size: tuple[int, int]) -> Any:
    width, height = size
    leading = (1,) * (4 - image.ndim)
    resized = torch.nn.functional.interpolate(
        image.reshape(*leading, *image.shape).float(),
        size=(height, width),
        mode="bilinear",
        antialias=True,
    )
    resized = resized.reshape(*image.shape[:-2], height, width)
    return resized.to(image.dtype) if image.is_floating_point() else _whole(image, resized)


def _whole(image: Any, resized: Any) -> Any:
    return resized.round().to(image.dtype)


def _array(numpy: Any, image: Any, size: tuple[int, int]) -> Any:
    width, height = size
    rows = _blend(numpy, image.astype(float), height, 0)
    resized = _blend(numpy, rows, width, 1)
    if not numpy.issubdtype(image.dtype, numpy.floating):
        resized = resized.round()
    return resized.astype(image.dtype)


def _blend(numpy: Any, image: Any, length: int, axis: int) -> Any:
    """Along one axis: each new pixel is the mean of the old ones that it covers, weighted by a
    triangle as wide as two pixels of the coarser grid."""
    before = image.shape[axis]
    scale = before / length
    support = max(scale, 1.0)
    centers = (numpy.arange(length) + 0.5) * scale - 0.5
    distance = numpy.abs(numpy.arange(before)[None, :] - centers[:, None]) / support
    weights = numpy.maximum(1 - distance, 0)
    weights /= weights.sum(axis=1, keepdims=True)
    return numpy.moveaxis(numpy.tensordot(weights, image, axes=(1, axis)), 0, axis)
