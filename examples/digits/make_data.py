#!/usr/bin/env python3
"""Writes the digits as one CSV file: `split,label,p0..p63`, one sample a line.

The data are the UCI "Optical Recognition of Handwritten Digits" as scikit-learn ships them (its
test half, 1,797 samples of 8x8 pixels, 0..16). The split is fixed here, once: 60 % train, 20 %
validation, 20 % test, every digit in the same share of each.

    .venv/bin/python examples/digits/make_data.py            # -> examples/digits/data/digits.csv
    .venv/bin/python examples/digits/make_data.py --out F    # -> F
"""

import argparse
import os
import pathlib
import random
import sys

SPLIT_SEED = 20250101
SHARES = (("train", 0.6), ("validation", 0.8), ("test", 1.0))  # cumulative


def split_names(labels):
    """One split name a sample: shuffled within each label, so that all splits are balanced."""
    names = [""] * len(labels)
    rng = random.Random(SPLIT_SEED)
    for digit in range(10):
        members = [i for i, label in enumerate(labels) if label == digit]
        rng.shuffle(members)
        for rank, member in enumerate(members):
            share = (rank + 0.5) / len(members)
            names[member] = next(name for name, bound in SHARES if share < bound)
    return names


def main():
    default = pathlib.Path(__file__).resolve().parent / "data" / "digits.csv"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, default=default, help="default: %(default)s")
    out = parser.parse_args().out

    try:
        from sklearn.datasets import load_digits
    except ImportError:
        sys.exit(
            f"make_data.py: scikit-learn is missing in {sys.executable}; "
            "install it there, or run this with the repository's .venv/bin/python"
        )

    bunch = load_digits()
    labels = [int(label) for label in bunch.target]
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = out.with_name(f".{out.name}.{os.getpid()}")
    with temporary.open("w", encoding="ascii", newline="\n") as file:
        file.write("split,label," + ",".join(f"p{i}" for i in range(64)) + "\n")
        for name, label, pixels in zip(split_names(labels), labels, bunch.data):
            file.write(f"{name},{label}," + ",".join(str(int(pixel)) for pixel in pixels) + "\n")
    temporary.replace(out)
    print(f"{out}: {len(labels)} samples")


if __name__ == "__main__":
    main()
