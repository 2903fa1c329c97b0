#!/usr/bin/env python3
"""Trains the net once: by itself, or as a trial of `hpopt run`."""

import argparse

from training import train


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--lr", type=float, default=1e-3, help="highest learning rate")
    parser.add_argument("--weight-decay", type=float, default=1e-2)
    parser.add_argument("--dropout", type=float, default=0.2)
    parser.add_argument("--channels", type=int, default=8, help="of the first convolution")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--subset", type=int, default=4000, help="digits to learn from")
    args = vars(parser.parse_args())
    epochs, subset = args.pop("epochs"), args.pop("subset")
    print(f"validation accuracy: {train(args, epochs, subset):.4f}")


if __name__ == "__main__":
    main()
