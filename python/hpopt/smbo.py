"""Where the original keeps Bayesian optimization."""

from hpopt.legacy.smbo import BayesOpt

__all__ = ["BayesOpt"]
