"""Prints the literals of parzen_test.cc: the same density, written with SciPy.

Needs numpy and scipy: python3 parzen_reference.py
"""

import math

import numpy as np
from scipy.stats import truncnorm

NAN = math.nan
UNIT = None  # a continuous axis
ORDERED = [0.25, 0.25, 0.25, 0.25]
CATEGORIES = [0.5, 0.3, 0.2]
AXES = [(UNIT, False), (ORDERED, True), (CATEGORIES, False), (UNIT, False)]
OBSERVATIONS = np.array(
    [
        [0.10, 0, 0, 0.90],
        [0.35, 1, 0, NAN],
        [0.32, 3, 2, 0.05],
        [0.80, 2, 1, NAN],
        [0.99, 3, 2, 0.45],
    ]
)
WEIGHTS = np.array([0.2, 0.6, 1.0, 1.0, 1.0])
POINTS = np.array(
    [
        [0.30, 1, 0, 0.50],
        [0.00, 3, 2, NAN],
        [1.00, 0, 1, 0.02],
        [0.81, 2, 1, NAN],
        [0.55, 3, 0, 0.99],
    ]
)


def finest(observed):
    return 1 / min(100, observed + 2)


def scott(of_one, observed, active_axes):
    return of_one * max(observed, 1) ** (-1 / (active_axes + 4))


def bandwidth(values, center, active_axes):
    """The distance to the farther neighbour, at most twice Scott's."""
    values = sorted(v for v in values if not math.isnan(v))
    place = values.index(center)
    below = center - values[place - 1] if place > 0 else 0
    above = values[place + 1] - center if place + 1 < len(values) else 0
    if len(values) == 1:
        below, above = center, 1 - center
    least = finest(len(values))
    widest = max(least, 2 * scott(0.2, len(values), active_axes))
    return min(max(below, above, least), widest)


def truncated(center, width):
    return truncnorm(-center / width, (1 - center) / width, loc=center, scale=width)


def factor(axis, observed_values, center, x, active_axes):
    cells, ordered = axis
    observed = int(np.sum(~np.isnan(observed_values)))
    if cells is None:
        if math.isnan(center):
            return 1.0
        return truncated(center, bandwidth(observed_values, center, active_axes)).pdf(x)
    if math.isnan(center):
        return cells[int(x)]
    if ordered:
        edges = np.concatenate([[0], np.cumsum(cells)])
        middles = (edges[1:] + edges[:-1]) / 2
        width = min(max(scott(0.1, observed, active_axes), finest(observed)), 1)
        kernel = truncated(middles[int(center)], width)
        return kernel.cdf(edges[int(x) + 1]) - kernel.cdf(edges[int(x)])
    smoothing = len(cells) / (observed + 1)
    return ((x == center) + smoothing * cells[int(x)]) / (1 + smoothing)


def log_density(observations, weights, point):
    active_axes = np.mean(np.sum(~np.isnan(observations), axis=1)) if len(observations) else 4
    total = weights.sum() + 1
    density = 0.0
    for row, weight in zip([*observations, [NAN] * 4], [*weights, 1.0]):
        product = weight / total
        for d, axis in enumerate(AXES):
            if not math.isnan(point[d]):
                product *= factor(axis, observations[:, d], row[d], point[d], active_axes)
        density += product
    return math.log(density)


for count in (5, 1, 0):
    values = [log_density(OBSERVATIONS[:count], WEIGHTS[:count], p) for p in POINTS]
    print(count, ", ".join(f"{value:.12f}" for value in values))
