"""What is searched: a model, its space, and data of scikit-learn, a quarter of it for tests."""

import dataclasses

from scipy.stats import loguniform, randint, uniform
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC


@dataclasses.dataclass(frozen=True)
class Problem:
    model: object
    space: dict
    train_x: object
    test_x: object
    train_y: object
    test_y: object


def _split(data):
    return train_test_split(*data, test_size=0.25, random_state=0, stratify=data[1])


def digits():
    return Problem(
        make_pipeline(StandardScaler(), SVC()),
        {
            "svc__C": loguniform(1e-2, 1e4),
            "svc__gamma": loguniform(1e-6, 1),
            "svc__kernel": ["rbf", "poly", "sigmoid"],
            "svc__class_weight": [None, "balanced"],
        },
        *_split(load_digits(return_X_y=True)),
    )


def breast_cancer():
    return Problem(
        GradientBoostingClassifier(random_state=0),
        {
            "learning_rate": loguniform(0.01, 1),
            "n_estimators": randint(20, 200),
            "max_depth": randint(1, 7),
            "min_samples_leaf": randint(1, 31),
            "subsample": uniform(0.4, 0.6),
            "max_features": ["sqrt", "log2", None],
        },
        *_split(load_breast_cancer(return_X_y=True)),
    )


PROBLEMS = {"digits": digits, "breast_cancer": breast_cancer}
