"""The contestants: whose process runs, in which environment, under which version."""

import dataclasses
import functools
import hashlib
import os
import subprocess
import tempfile

import environments
import record

# What decides in hpopt; a change elsewhere leaves its results valid.
_ROOMS = ("base", "space", "linalg", "model", "study", "sampler", "scheduler", "policy", "engine")


@dataclasses.dataclass(frozen=True)
class Tool:
    environment: str
    script: str
    sampler: str = ""
    package: str = ""
    slow: bool = False  # measured on fewer problems and seeds

    def version(self):
        """Results of another one are not this one's. Errors: Unavailable."""
        if self.environment == "hpopt":
            return hpopt_sources() if self.package == "hpopt" else "1"
        return environments.version(self.environment, self.package)


@functools.cache
def hpopt_sources():
    """A hash of the sources that decide, as they stand in the working tree."""
    with tempfile.TemporaryDirectory() as folder:
        around = os.environ | {"GIT_INDEX_FILE": os.path.join(folder, "index")}

        def git(*words):
            return subprocess.run(
                ["git", *words],
                cwd=record.ROOT,
                env=around,
                check=True,
                capture_output=True,
                text=True,
            ).stdout

        rooms = [f"src/{room}" for room in _ROOMS]
        git("add", "--", *rooms)
        return hashlib.sha1(git("ls-files", "-s", "--", *rooms).encode()).hexdigest()[:9]


def _hpopt(sampler):
    return Tool("hpopt", "hpopt_package.py", sampler, "hpopt")


def _optuna(environment, sampler):
    return Tool(environment, "optuna_package.py", sampler, "optuna")


TOOLS = {
    "random": Tool("hpopt", "random_search.py"),
    "optuna-tpe": _optuna("light", "tpe"),
    "optuna-tpe-plain": _optuna("light", "tpe-plain"),
    "optuna-cmaes": _optuna("light", "cmaes"),
    "optuna-gp": _optuna("torch", "gp"),
    "bayes-opt": Tool("bayes", "bayes_opt_package.py", package="bayesian-optimization", slow=True),
    "hyperopt": Tool("light", "hyperopt_package.py", package="hyperopt"),
    "nevergrad": Tool("light", "nevergrad_package.py", "NGOpt", "nevergrad"),
    "smac": Tool("smac", "smac_package.py", package="smac", slow=True),
    "hebo": Tool("hebo", "hebo_package.py", package="HEBO", slow=True),
    "ax": Tool("torch", "ax_package.py", package="ax-platform", slow=True),
}
NOT_TO_BE_HAD = {
    "Optuna's AutoSampler": "OptunaHub loads it from GitHub while it runs; no package has it",
}
HPOPT = ("hpopt-auto",)


def default(quick):
    return [*HPOPT, *(name for name, tool in TOOLS.items() if not (quick and tool.slow))]


def by_name(name):
    """A tool, or one of hpopt's samplers: hpopt-NAME."""
    if name in TOOLS:
        return TOOLS[name]
    if name.startswith("hpopt-"):
        return _hpopt(name.removeprefix("hpopt-"))
    raise KeyError(name)
