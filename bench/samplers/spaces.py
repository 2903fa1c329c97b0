"""Search spaces as every contestant gets them; the standard library only, for all environments.

[
    Parameter("lr", "float", 1e-5, 1, log=True),
    Parameter("opt", "choice", choices=("sgd", "adam")),
    Parameter("momentum", "float", 0, 0.99, when={"opt": ["sgd"]}),
]
"""

import dataclasses
import math


@dataclasses.dataclass(frozen=True)
class Parameter:
    """`kind`: float, int or choice. `when`: the values of parents under which it is there."""

    name: str
    kind: str
    low: float = 0
    high: float = 0
    log: bool = False
    choices: tuple = ()
    when: dict = dataclasses.field(default_factory=dict)

    def at(self, share):
        """Its value at a share of its range in [0, 1)."""
        if self.kind == "choice":
            return self.choices[int(share * len(self.choices))]
        low, high = (self.low, self.high + 1) if self.kind == "int" else (self.low, self.high)
        if self.log:
            value = math.exp(math.log(low) + share * math.log(high / low))
        else:
            value = low + share * (high - low)
        value = int(value) if self.kind == "int" else value
        return min(max(value, self.low), self.high)

    def checked(self, value):
        """The value in its own type, but for rounding inside the range; else ValueError."""
        if self.kind == "choice":
            if value in self.choices:
                return self.choices[self.choices.index(value)]
        elif self.low - 1e-9 * abs(self.low) <= value <= self.high + 1e-9 * abs(self.high):
            inside = min(max(value, self.low), self.high)
            if self.kind == "float" or inside == int(inside):
                return float(inside) if self.kind == "float" else int(inside)
        raise ValueError(f"{self.name}={value!r} is not in the space")

    def share(self, value):
        """The middle of the shares that give this value."""
        if self.kind == "choice":
            return (self.choices.index(value) + 0.5) / len(self.choices)
        low, high = (self.low, self.high + 1) if self.kind == "int" else (self.low, self.high)
        middle = value + 0.5 if self.kind == "int" else value
        if self.log:
            return math.log(middle / low) / math.log(high / low)
        return (middle - low) / (high - low)


def floats(low, high, *names, log=False):
    return [Parameter(name, "float", low, high, log) for name in names]


def is_there(parameter, config):
    return all(config.get(parent) in values for parent, values in parameter.when.items())


def active(space, config):
    """The configuration without the parameters whose condition does not hold."""
    kept = {}
    for parameter in space:
        if is_there(parameter, kept):
            kept[parameter.name] = parameter.checked(config[parameter.name])
    return kept


def draw(space, random):
    """A random configuration: uniform, or log-uniform where the parameter is so."""
    return active(space, {parameter.name: parameter.at(random.random()) for parameter in space})


def filled(space, config):
    """The configuration with mid-range values for what is not there."""
    return {parameter.name: parameter.at(0.5) for parameter in space} | config


def from_json(document):
    return [Parameter(**fields | {"choices": tuple(fields["choices"])}) for fields in document]


def to_json(space):
    return [dataclasses.asdict(parameter) for parameter in space]
