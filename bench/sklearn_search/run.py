#!/usr/bin/env python3
"""HpoptSearchCV, HalvingRandomSearchCV and RandomizedSearchCV, each with the same time."""

import problems
import record
import report
import tools
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold, cross_val_score
from threadpoolctl import threadpool_limits


def parse_arguments():
    parser = record.parser(__doc__, "sklearn_search")
    parser.add_argument("--time", type=float, default=20, help="seconds a search (%(default)s)")
    parser.add_argument("--seeds", type=int, default=5, help="repetitions (%(default)s)")
    return parser.parse_args()


def measure(problem, tool, seconds, seed):
    """One search in one thread; the score of its answer is taken anew, the same way for all."""
    outcome = tools.TOOLS[tool](problem, seconds, seed)
    folds = StratifiedKFold(tools.FOLDS, shuffle=True, random_state=seed)
    answer = clone(problem.model).set_params(**outcome.search.best_params_)
    validation = cross_val_score(answer, problem.train_x, problem.train_y, cv=folds).mean()
    return {
        "tool": tool,
        "seed": seed,
        "validation": float(validation),
        "said": float(outcome.search.best_score_),
        "test": float(outcome.search.score(problem.test_x, problem.test_y)),
        "candidates": outcome.candidates,
        "seconds": round(outcome.seconds, 3),
        "best_params": {name: str(value) for name, value in outcome.search.best_params_.items()},
    }


def main():
    args = parse_arguments()
    names = list(tools.TOOLS)
    document = {
        "surroundings": record.surroundings("sklearn_search", "scikit-learn"),
        "settings": {
            "time": args.time,
            "seeds": list(range(1, args.seeds + 1)),
            "problems": list(problems.PROBLEMS),
            "tools": names,
        },
        "runs": [],
    }
    for name, make in problems.PROBLEMS.items():
        problem = make()
        for seed in document["settings"]["seeds"]:
            # Each seed begins with another tool, so that a slow drift of the machine favours none.
            turn = seed % len(names)
            for tool in names[turn:] + names[:turn]:
                with threadpool_limits(1):
                    run = {"problem": name} | measure(problem, tool, args.time, seed)
                document["runs"].append(run)
                print(
                    f"{name} seed={seed} {tool}: validation={run['validation']:.4f} "
                    f"test={run['test']:.4f} candidates={run['candidates']} "
                    f"seconds={run['seconds']}",
                    flush=True,
                )
    record.keep(args.out, document, report.table(document))


if __name__ == "__main__":
    main()
