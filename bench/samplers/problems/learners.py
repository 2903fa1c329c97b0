"""scikit-learn's estimators on its small data sets: cross-validated loss, no noise."""

import functools
import warnings

from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from spaces import Parameter, floats

from problems.problem import Problem

DATA = {"breast": load_breast_cancer, "iris": load_iris, "wine": load_wine}


@functools.cache
def _data(name):
    return DATA[name](return_X_y=True)


def loss(model, data, scoring, folds=3):
    """Mean over the folds of the error or the logarithmic loss."""
    split = StratifiedKFold(folds, shuffle=True, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return -float(cross_val_score(model, *_data(data), cv=split, scoring=scoring).mean())


def scaled(model):
    return make_pipeline(StandardScaler(), model)


def _svm(config):
    return loss(scaled(SVC(**config)), "breast", "accuracy")


def _tree(config):
    return loss(DecisionTreeClassifier(random_state=0, **config), "breast", "neg_log_loss")


def _neighbors(config):
    return loss(scaled(KNeighborsClassifier(algorithm="brute", **config)), "wine", "neg_log_loss")


def _forest(config):
    model = RandomForestClassifier(n_estimators=10, random_state=0, **config)
    return loss(model, "wine", "neg_log_loss")


def _mlp(config):
    width, epochs = config.pop("width"), config.pop("epochs")
    model = MLPClassifier((width,), max_iter=epochs, random_state=0, **config)
    return loss(scaled(model), "iris", "neg_log_loss")


TREE = [
    Parameter("max_depth", "int", 1, 15),
    *floats(0.01, 0.99, "min_samples_split", "max_features"),
    *floats(0.01, 0.49, "min_samples_leaf"),
    *floats(0.0, 0.5, "min_weight_fraction_leaf", "min_impurity_decrease"),
]
LEARNERS = {
    "svm_breast": (
        _svm,
        [
            *floats(1e-3, 1e3, "C", log=True),
            *floats(1e-5, 1e1, "gamma", log=True),
            *floats(1e-5, 1e-1, "tol", log=True),
        ],
    ),
    "tree_breast": (_tree, TREE),
    "neighbors_wine": (
        _neighbors,
        [
            Parameter("n_neighbors", "int", 1, 50),
            *floats(1, 5, "p"),
            Parameter("weights", "choice", choices=("uniform", "distance")),
        ],
    ),
    "forest_wine": (
        _forest,
        [
            Parameter("max_depth", "int", 1, 15),
            *floats(0.01, 0.99, "max_features", "min_samples_split"),
            *floats(0.001, 0.2, "min_samples_leaf"),
            Parameter("criterion", "choice", choices=("gini", "entropy")),
        ],
    ),
    "mlp_iris": (
        _mlp,
        [
            Parameter("width", "int", 4, 128, log=True),
            Parameter("epochs", "int", 5, 30),
            Parameter("batch_size", "int", 8, 64, log=True),
            *floats(1e-4, 1e-1, "learning_rate_init", log=True),
            *floats(1e-6, 1e1, "alpha", log=True),
            *floats(0.5, 0.99, "beta_1"),
            Parameter("activation", "choice", choices=("relu", "tanh", "logistic")),
        ],
    ),
}


def _pipeline(config):
    config = dict(config)
    model = config.pop("model")
    settings = {name.split("_", 1)[1]: value for name, value in config.items()}
    makers = {
        "svm": lambda: scaled(SVC(**settings)),
        "tree": lambda: DecisionTreeClassifier(random_state=0, **settings),
        "neighbors": lambda: scaled(KNeighborsClassifier(algorithm="brute", **settings)),
        "logistic": lambda: scaled(LogisticRegression(**settings)),
    }
    return loss(makers[model](), "breast", "accuracy")


def _sgd(config):
    model = SGDClassifier(loss="log_loss", random_state=0, max_iter=20, **config)
    return loss(scaled(model), "breast", "neg_log_loss")


def _of(model, *parameters):
    return [
        Parameter(p.name, p.kind, p.low, p.high, p.log, p.choices, {"model": [model]})
        for p in parameters
    ]


CONDITIONAL_LEARNERS = {
    "pipeline_breast": (
        _pipeline,
        [
            Parameter("model", "choice", choices=("svm", "tree", "neighbors", "logistic")),
            *_of(
                "svm",
                *floats(1e-3, 1e3, "svm_C", log=True),
                *floats(1e-5, 1e1, "svm_gamma", log=True),
            ),
            *_of(
                "tree",
                Parameter("tree_max_depth", "int", 1, 15),
                *floats(0.01, 0.99, "tree_max_features"),
            ),
            *_of("neighbors", Parameter("neighbors_n_neighbors", "int", 1, 50)),
            *_of("logistic", *floats(1e-4, 1e3, "logistic_C", log=True)),
        ],
    ),
    "sgd_breast": (
        _sgd,
        [
            *floats(1e-6, 1e-1, "alpha", log=True),
            Parameter("penalty", "choice", choices=("l2", "l1", "elasticnet")),
            Parameter("l1_ratio", "float", 0, 1, when={"penalty": ["elasticnet"]}),
            Parameter("learning_rate", "choice", choices=("optimal", "constant", "invscaling")),
            Parameter(
                *("eta0", "float", 1e-4, 1e1, True),
                when={"learning_rate": ["constant", "invscaling"]},
            ),
            Parameter("power_t", "float", 0.1, 1, when={"learning_rate": ["invscaling"]}),
        ],
    ),
}


def problems():
    for name, (truth, space) in LEARNERS.items():
        yield Problem(name, "sklearn", space, lambda config, truth=truth: truth(dict(config)))
    for name, (truth, space) in CONDITIONAL_LEARNERS.items():
        yield Problem(name, "conditional", space, lambda config, truth=truth: truth(dict(config)))
