"""createHpoDataset: nested seeded subsets, smaller images, everything else as it was."""

from __future__ import annotations

import copy
import itertools
import pickle
from typing import Any

import pytest

import hpopt
from hpopt.legacy import HpoDataset
from hpopt.legacy.dataset import subset


def config(share: float = 1.0, width: int = 0, height: int = 0) -> dict[str, Any]:
    return {"subset_ratio": share, "resize_width": width, "resize_height": height}


class Numbers:
    classes = ("even", "odd")

    def __init__(self, count: int) -> None:
        self.count = count

    def __getitem__(self, index: int) -> tuple[int, int]:
        if not 0 <= index < self.count:
            raise IndexError(index)
        return index, index % 2

    def __len__(self) -> int:
        return self.count

    def name(self) -> str:
        return "numbers"


@pytest.mark.parametrize(
    ("count", "share", "expected"),
    [
        (10_000, 0.2, 2000),
        (10_000, 0.01, 500),
        (2000, 0.9, 1800),
        (300, 0.5, 300),
        (10_000, 1.0, 10_000),
        (10_000, 0.0, 10_000),
    ],
)
def test_a_share_but_at_least_500(count: int, share: float, expected: int) -> None:
    part = hpopt.createHpoDataset(Numbers(count), config(share))
    assert len(part) == expected
    assert len({part[index][0] for index in range(expected)}) == expected


def test_a_larger_share_holds_the_smaller_one() -> None:
    parts = [subset(20_000, share) for share in (0.05, 0.1, 0.5, 1.0)]
    for smaller, larger in itertools.pairwise(parts):
        assert set(smaller) < set(larger)
    assert subset(20_000, 0.1) == subset(20_000, 0.1)


def test_attributes_pass_through() -> None:
    full = Numbers(2000)
    part = hpopt.createHpoDataset(full, config(0.5))
    assert part.classes == ("even", "odd")
    assert part.name() == "numbers"
    assert part.fullset is full
    with pytest.raises(AttributeError):
        part.missing  # noqa: B018
    part.extra = 3
    assert not hasattr(full, "extra")


def test_it_travels_to_the_workers_of_a_loader() -> None:
    part = hpopt.createHpoDataset(Numbers(2000), config(0.5))
    for other in (pickle.loads(pickle.dumps(part)), copy.deepcopy(part)):
        assert isinstance(other, HpoDataset)
        assert other[7] == part[7]
        assert other.name() == "numbers"


def test_beyond_its_end() -> None:
    part = hpopt.createHpoDataset(Numbers(2000), config(0.5))
    with pytest.raises(IndexError):
        part[1000]
    assert sum(1 for _ in part) == 1000


def test_samples_of_other_shapes_stay_as_they_are() -> None:
    class Words(Numbers):
        def __getitem__(self, index: int) -> Any:
            return ["text", index] if index % 2 else {"text": index}

    part = hpopt.createHpoDataset(Words(10), config(1.0, 8, 8))
    assert part[0] == {"text": 0}
    assert part[1] == ["text", 1]


def test_arrays() -> None:
    numpy = pytest.importorskip("numpy")
    x = numpy.arange(4000).reshape(2000, 2)
    y = numpy.arange(2000)
    part = hpopt.createHpoDataset(x, config(0.5))
    assert part.shape == (1000, 2)
    samples, labels = hpopt.createHpoDataset((x, y), config(0.5))
    assert (samples[:, 0] == 2 * labels).all()
    assert (samples == part).all()
    one, *rest = hpopt.createHpoDataset((x,), config(1.0))
    assert one.shape == x.shape
    assert rest == []


def test_arrays_of_images() -> None:
    numpy = pytest.importorskip("numpy")
    images = numpy.zeros((600, 16, 8, 3), dtype=numpy.uint8)
    images[:, 8:] = 200
    resized, labels = hpopt.createHpoDataset((images, numpy.zeros(600)), config(1.0, 4, 6))
    assert resized.shape == (600, 6, 4, 3)
    assert resized.dtype == numpy.uint8
    assert resized[0, 0].max() == 0
    assert resized[0, -1].min() == 200
    assert labels.shape == (600,)


def test_resizing_keeps_what_is_constant_and_the_mean() -> None:
    numpy = pytest.importorskip("numpy")
    from hpopt.legacy.images import resize_image

    flat = numpy.full((17, 23), 0.25)
    assert resize_image(flat, (5, 40)).shape == (40, 5)
    assert numpy.allclose(resize_image(flat, (5, 40)), 0.25)
    noise = numpy.random.default_rng(0).random((64, 64))
    assert abs(resize_image(noise, (16, 16)).mean() - noise.mean()) < 0.01
    assert (resize_image(noise, (64, 64)) == noise).all()


def test_groups_of_mmdet_follow_the_subset() -> None:
    numpy = pytest.importorskip("numpy")
    full = Numbers(2000)
    full.flag = numpy.arange(2000) % 2  # type: ignore[attr-defined]
    part = hpopt.createHpoDataset(full, config(0.5))
    assert len(part.flag) == 1000
    assert [part[index][1] for index in range(1000)] == list(part.flag)


def test_images_of_pil() -> None:
    image = pytest.importorskip("PIL.Image")

    class Pictures(Numbers):
        def __getitem__(self, index: int) -> Any:
            return image.new("RGB", (20, 10)), index

    picture, label = hpopt.createHpoDataset(Pictures(3), config(1.0, 8, 4))[2]
    assert picture.size == (8, 4)
    assert label == 2


def test_a_data_set_of_torch() -> None:
    torch = pytest.importorskip("torch")
    images = torch.zeros(1200, 3, 10, 20, dtype=torch.uint8)
    full = torch.utils.data.TensorDataset(images, torch.arange(1200))
    part = hpopt.createHpoDataset(full, config(0.5, 8, 4))
    loader = torch.utils.data.DataLoader(part, batch_size=100, num_workers=0)
    batches = list(loader)
    assert len(batches) == 6
    assert batches[0][0].shape == (100, 3, 4, 8)
    assert batches[0][0].dtype == torch.uint8
    assert len(part.tensors) == 2
    left, right = torch.utils.data.random_split(part, [400, 200])
    assert len(left) + len(right) == 600
    source = {"img": torch.ones(1, 10, 10), "label": 1}
    sample = hpopt.createHpoDataset([source], config(1.0, 4, 4))[0]
    assert sample["img"].shape == (1, 4, 4)
    assert source["img"].shape == (1, 10, 10)
