"""Ray Tune on a command, with its own time limit, as its users write it."""

import os
import sys
import time

import ray
from ray import tune

from subprocess_objective import scores

HERE = os.path.dirname(os.path.abspath(__file__))


def trainable(config):
    for value in scores(config["x"]):
        tune.report({"score": value})


@ray.remote
def nothing():
    """What starts a worker process, before the time begins."""


def main():
    seconds, workers, seed = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    ray.init(
        num_cpus=workers,
        include_dashboard=False,
        runtime_env={"env_vars": {"PYTHONPATH": HERE}},
        _temp_dir=os.environ["PEER_TEMPORARY"],
    )
    ray.get([nothing.remote() for _ in range(workers)])
    tuner = tune.Tuner(
        trainable,
        param_space={"x": tune.uniform(0, 1)},
        tune_config=tune.TuneConfig(
            metric="score", mode="max", num_samples=-1, time_budget_s=seconds,
            max_concurrent_trials=workers,
        ),
        run_config=tune.RunConfig(storage_path=os.path.join(os.getcwd(), "ray"), verbose=0),
    )
    print("begun", time.monotonic(), flush=True)
    results = tuner.fit()
    print("returned", time.monotonic(), flush=True)
    print("answer", results.get_best_result(scope="all").metrics["score"], flush=True)


if __name__ == "__main__":
    main()
