"""A training script as they were written for the original: one process a trial, four at a time.

    python legacy_script.py [--resume] [--algorithm asha] [--folder hpo]

A softmax classifier on two noisy moons; nothing here knows that the engine is another one.
"""

import argparse
import json
import subprocess
import sys

import numpy as np

import hpopt

WORKERS = 4
EPOCHS = 12


def moons(count, seed):
    rng = np.random.default_rng(seed)
    angle = np.pi * rng.random(count)
    label = rng.integers(0, 2, count)
    x = np.where(label, 1 - np.cos(angle), np.cos(angle))
    y = np.where(label, 0.5 - np.sin(angle), np.sin(angle))
    points = np.stack([x, y, x * y, x**2, x**3], axis=1)
    return points + rng.normal(0, 0.1, points.shape), label


def train(config):
    samples, labels = hpopt.createHpoDataset(moons(2000, 0), config)
    held_out, truth = moons(1000, 1)
    rate, batch = config["params"]["lr"], config["params"]["bs"]
    decay = {"none": 1.0, "step": 0.8}[config["params"]["decay"]]
    rng = np.random.default_rng(config["trial_id"])
    weights, bias = np.zeros(samples.shape[1]), 0.0
    for epoch in range(config["iterations"]):
        for rows in np.array_split(rng.permutation(len(samples)), max(1, len(samples) // batch)):
            error = 1 / (1 + np.exp(-(samples[rows] @ weights + bias))) - labels[rows]
            weights -= rate * decay**epoch * samples[rows].T @ error / len(rows)
            bias -= rate * decay**epoch * error.mean()
        accuracy = np.mean((held_out @ weights + bias > 0) == truth)
        if hpopt.report(config=config, score=accuracy) == hpopt.Status.STOP:
            break
    hpopt.finalize_trial(config)


def search(arguments):
    spaces = {
        "lr": hpopt.SearchSpace("loguniform", [0.0001, 10]),
        "bs": hpopt.SearchSpace("qloguniform", [8, 256, 8]),
        "decay": hpopt.SearchSpace("choice", ["none", "step"]),
    }
    hpo = hpopt.create(
        full_dataset_size=2000,
        num_full_iterations=EPOCHS,
        search_space=spaces,
        save_path=arguments.folder,
        search_alg=arguments.algorithm,
        num_trials=arguments.trials,
        max_iterations=EPOCHS,
        subset_ratio=0.5,
        num_workers=WORKERS,
        resume=arguments.resume,
        default_hyper_parameters={"lr": 0.01, "bs": 64, "decay": "none"},
    )
    running = []
    while True:
        running = [process for process in running if process.poll() is None]
        config = hpo.get_next_sample() if len(running) < WORKERS else None
        if config is not None:
            command = [sys.executable, __file__, "--train", json.dumps(config)]
            running.append(subprocess.Popen(command))
            print("started", config["trial_id"], flush=True)
        elif running:
            running[0].wait()
        else:
            break
    hpo.print_results()
    print("best", json.dumps(hpo.get_best_config()), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--train")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--algorithm", default="bayes_opt")
    parser.add_argument("--folder", default="hpo")
    parser.add_argument("--trials", type=int, default=12)
    arguments = parser.parse_args()
    if arguments.train:
        train(json.loads(arguments.train))
    else:
        search(arguments)


if __name__ == "__main__":
    main()
