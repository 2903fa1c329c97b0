#!/usr/bin/env python3
"""hpopt, random search and Optuna on the digits trainer, each with the same time and workers."""

import dataclasses

import record
import report
import trainer
from space import SPACES
from tools import TOOLS


@dataclasses.dataclass(frozen=True)
class Settings:
    hpopt: str
    binary: str
    space: tuple
    time: float
    workers: int


def parse_arguments():
    parser = record.parser(__doc__, "digits")
    parser.add_argument("--time", type=float, default=60, help="seconds a tool (%(default)s)")
    parser.add_argument("--seeds", type=int, default=5, help="repetitions (%(default)s)")
    parser.add_argument("--first-seed", type=int, default=1, help="(%(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="(%(default)s)")
    parser.add_argument("--space", choices=SPACES, default="three", help="(%(default)s)")
    parser.add_argument("--tools", default=",".join(TOOLS), help="(%(default)s)")
    args = parser.parse_args()
    args.tools = args.tools.split(",")
    for tool in args.tools:
        if tool not in TOOLS:
            parser.error(f"--tools: {tool!r} is not one of {', '.join(TOOLS)}")
    return args


def measure(tool, settings, seed):
    """One run, and the check that its answer is true."""
    outcome = TOOLS[tool](settings, seed)
    winner = outcome.best_trial()
    if winner is None or not winner.reports:
        raise SystemExit(f"digits: {tool}, seed {seed}: no trial reported anything")
    validation, epoch = winner.best()
    again = trainer.replay(settings.binary, winner.params, epoch)
    if again is None or abs(again.validation - validation) > 1e-9:
        raise SystemExit(
            f"digits: {tool}, seed {seed}: reported {validation} at epoch {epoch} of "
            f"{winner.params}, but training it again gives {again}"
        )
    return {
        "tool": tool,
        "seed": seed,
        "validation": validation,
        "validation_by_deadline": outcome.best_trial(settings.time).best(settings.time)[0],
        "test": again.test,
        "ended": round(outcome.ended, 3),
        "trials": len(outcome.trials),
        "states": {s: outcome.count(s) for s in sorted({t.state for t in outcome.trials})},
        "epochs": outcome.epochs(),
        "best_epoch": epoch,
        "best_params": winner.params,
    }


def main():
    args = parse_arguments()
    settings = Settings(
        record.program("hpopt"),
        record.program("digits_mlp"),
        SPACES[args.space],
        args.time,
        args.workers,
    )
    document = {
        "surroundings": record.surroundings("digits", "optuna"),
        "settings": {
            "time": args.time,
            "workers": args.workers,
            "space": {p.name: p.mark() for p in settings.space},
            "seeds": list(range(args.first_seed, args.first_seed + args.seeds)),
            "epochs_of_a_full_training": trainer.EPOCHS,
        },
        "runs": [],
    }
    for seed in document["settings"]["seeds"]:
        # Each seed begins with another tool, so that a slow drift of the machine favours none.
        turn = seed % len(args.tools)
        for tool in args.tools[turn:] + args.tools[:turn]:
            run = measure(tool, settings, seed)
            document["runs"].append(run)
            print(
                f"seed={seed} tool={tool} validation={run['validation']:.5f} "
                f"test={run['test']:.5f} trials={run['trials']} ended={run['ended']}",
                flush=True,
            )
    record.keep(args.out, document, report.table(document))


if __name__ == "__main__":
    main()
