#!/usr/bin/env python3
"""Trains scikit-learn's multi-layer perceptron on its digits, an epoch at a time."""

import argparse

from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alpha", type=float, default=1e-4, help="L2 penalty (%(default)s)")
    parser.add_argument("--eta0", type=float, default=1e-3, help="learning rate (%(default)s)")
    parser.add_argument("--hidden", type=int, default=32, help="hidden units (%(default)s)")
    parser.add_argument("--epochs", type=int, default=30, help="passes over the data (%(default)s)")
    args = parser.parse_args()

    pixels, labels = load_digits(return_X_y=True)
    train_x, valid_x, train_y, valid_y = train_test_split(
        pixels / 16, labels, test_size=0.3, random_state=1, stratify=labels
    )
    model = MLPClassifier(
        hidden_layer_sizes=(args.hidden,),
        alpha=args.alpha,
        learning_rate_init=args.eta0,
        batch_size=32,
        random_state=1,
    )
    for epoch in range(1, args.epochs + 1):
        model.partial_fit(train_x, train_y, classes=range(10))
        print(f"epoch={epoch} accuracy={model.score(valid_x, valid_y):.4f}")


if __name__ == "__main__":
    main()
