"""Makes folders with the original hpopt (github.com/openvinotoolkit/hyper_parameter_optimization at commit
04ac0958, of July 2022), which must be importable. Usage: make_legacy.py FOLDER

It needs bayesian-optimization 1.4. Of torch and torchvision it imports names that this script never
uses: empty modules stand in for them.
"""

import os
import random
import sys
import types


STAND_INS = {"torch": [], "torch.utils": [], "torch.utils.data": ["random_split"],
             "torchvision": ["transforms"]}


def stand_in(name, attributes):
    module = types.ModuleType(name)
    for attribute in attributes:
        setattr(module, attribute, None)
    sys.modules[name] = module


import bayes_opt  # noqa: E402, F401: SciPy would take a stand-in for the real torch

for name, attributes in STAND_INS.items():
    stand_in(name, attributes)
import hpopt  # noqa: E402

for name in STAND_INS:
    del sys.modules[name]


def space():
    return {
        "lr": hpopt.SearchSpace("loguniform", [0.001, 0.1]),
        "bs": hpopt.SearchSpace("qloguniform", [4, 64, 8]),
        "dropout": hpopt.SearchSpace("uniform", [0.0, 0.5]),
        "layers": hpopt.SearchSpace("quniform", [1, 8, 1]),
    }


def fill(folder, mode, **options):
    random.seed(7)
    opt = hpopt.create(save_path=folder, search_space=space(), mode=mode, num_full_iterations=10,
                       full_dataset_size=1000, max_iterations=4, subset_ratio=1.0,
                       batch_size_name="bs", **options)
    while (config := opt.get_next_sample()) is not None:
        config.setdefault("batch_size_param_name", "bs")  # report() needs it, and BayesOpt forgets it
        params = config["params"]
        loss = abs(params["lr"] - 0.01) * 10 + params["dropout"]
        for epoch in range(1, 5):
            value = loss + 1 / epoch
            score = value if mode == "min" else 3 - value
            if hpopt.report(config, score, epoch) == hpopt.Status.STOP:
                break
        hpopt.finalize_trial(config)
        opt.update_scores()
    opt.get_best_config()


def main(folder):
    fill(os.path.join(folder, "smbo"), "max", search_alg="bayes_opt", early_stop="median_stop",
         num_init_trials=3, num_trials=8)
    fill(os.path.join(folder, "asha"), "min", search_alg="asha", min_iterations=1, num_brackets=1,
         reduction_factor=2, num_trials=8)


if __name__ == "__main__":
    main(sys.argv[1])
