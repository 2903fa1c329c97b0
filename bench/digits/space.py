"""The search spaces: each parameter as hpopt's mark, as a random draw and as Optuna's call."""

import dataclasses
import math


@dataclasses.dataclass(frozen=True)
class Parameter:
    name: str  # as the trainer's flag without its hyphens
    kind: str  # "float", "log", "int", "logint" or "choice"
    bounds: tuple  # low and high, or the choices

    def mark(self):
        """The argument that makes hpopt vary it."""
        return f"~{self.kind}({','.join(str(bound) for bound in self.bounds)})"

    def sample(self, rng):
        """One draw from its prior, by a random.Random."""
        if self.kind == "choice":
            return rng.choice(self.bounds)
        low, high = self.bounds
        if self.kind == "int":
            return rng.randint(low, high)
        if self.kind == "float":
            return rng.uniform(low, high)
        if self.kind == "log":
            return math.exp(rng.uniform(math.log(low), math.log(high)))
        return min(high, int(math.exp(rng.uniform(math.log(low), math.log(high + 1)))))

    def suggest(self, trial):
        """One value from an optuna.Trial."""
        if self.kind == "choice":
            return trial.suggest_categorical(self.name, self.bounds)
        low, high = self.bounds
        log = self.kind.startswith("log")
        if self.kind.endswith("int"):
            return trial.suggest_int(self.name, low, high, log=log)
        return trial.suggest_float(self.name, low, high, log=log)


_THREE = (
    Parameter("lr", "log", (1e-4, 1)),
    Parameter("width", "int", (8, 256)),
    Parameter("optimizer", "choice", ("sgd", "adam")),
)

SPACES = {
    "three": _THREE,  # that of the README's one-liner
    "eight": _THREE
    + (
        Parameter("momentum", "float", (0.0, 0.99)),
        Parameter("weight-decay", "log", (1e-6, 0.1)),
        Parameter("dropout", "float", (0.0, 0.6)),
        Parameter("batch-size", "logint", (8, 256)),
        Parameter("depth", "int", (1, 3)),
    ),
}
