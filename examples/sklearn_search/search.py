#!/usr/bin/env python3
"""A support vector machine for scikit-learn's digits, searched for as long as it may take.

    python examples/sklearn_search/search.py --time 30s

Candidates begin on a ninth of the samples; only the promising see a third, and then all of them.
The time holds for everything, the last fit to all samples included. The test digits are none of
those that were searched on.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from scipy.stats import loguniform, randint
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from hpopt.integrations.sklearn import HpoptSearchCV

MODEL = Pipeline([("scale", StandardScaler()), ("reduce", PCA(random_state=0)), ("svm", SVC())])

SPACE = {
    "scale": [StandardScaler(), "passthrough"],
    "reduce__n_components": randint(8, 61),
    "svm__C": loguniform(1e-2, 1e4),
    "svm__gamma": loguniform(1e-6, 1),
    "svm__class_weight": [None, "balanced"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--time", default="20s", help='seconds, "30s", "5m" (%(default)s)')
    parser.add_argument("--jobs", type=int, help="processes (default: one)")
    parser.add_argument("--seed", type=int, default=0, help="(%(default)s)")
    args = parser.parse_args()

    digits, labels = load_digits(return_X_y=True)
    train_x, test_x, train_y, test_y = train_test_split(
        digits, labels, test_size=0.25, random_state=0, stratify=labels
    )
    search = HpoptSearchCV(MODEL, SPACE, time=args.time, n_jobs=args.jobs, random_state=args.seed)
    began = time.monotonic()
    search.fit(train_x, train_y)
    took = time.monotonic() - began

    results = search.cv_results_
    print(f"{len(set(results['trial']))} candidates in {took:.1f} s")
    for size, count in zip(*np.unique(results["n_resources"], return_counts=True), strict=True):
        print(f"  {count} of them on {size} samples")
    print(f"best accuracy in cross-validation {search.best_score_:.4f}, with")
    for name, value in search.best_params_.items():
        print(f"  {name} = {value}")
    print(f"accuracy on the test digits {search.score(test_x, test_y):.4f}")


if __name__ == "__main__":
    main()
