#!/usr/bin/env python3
"""hpopt's samplers and their peers on the same problems, with the same seeds and first trials."""

import concurrent.futures
import json
import sys

import cache
import environments
import fixed
import measures
import one_run
import plots
import record
import references
import report
import tools
from problems import suite
from threadpoolctl import threadpool_limits

QUICK_SEEDS, QUICK_TRIALS = 3, 50
SLOW_SEEDS = 5


def _names(text):
    return text.split(",")


def parse_arguments():
    parser = record.parser(__doc__, "samplers")
    parser.add_argument("--tools", type=_names, help=f"{', '.join(tools.TOOLS)}, hpopt-NAME")
    parser.add_argument("--problems", type=_names, help="names or families; default: all")
    parser.add_argument("--seeds", type=int, help=f"at most {len(fixed.SEEDS)}, the default")
    parser.add_argument("--trials", type=int, help="a run (200)")
    parser.add_argument("--jobs", type=int, default=2, help="runs at a time (%(default)s)")
    parser.add_argument(
        "--quick",
        action="store_true",
        help=f"{len(suite.QUICK)} problems, {QUICK_SEEDS} seeds, {QUICK_TRIALS} trials; "
        "keeps no result but the cache",
    )
    parser.add_argument("--references", action="store_true", help="write problems.json and end")
    args = parser.parse_args()
    args.tools = args.tools or tools.default(args.quick)
    args.slow_problems = args.problems is None and not args.quick and suite.SLOW
    args.problems = _chosen(parser, args.problems or (suite.QUICK if args.quick else None))
    args.seeds = fixed.SEEDS[: args.seeds or (QUICK_SEEDS if args.quick else None)]
    args.trials = args.trials or (QUICK_TRIALS if args.quick else fixed.MARKS[-1])
    if args.trials not in fixed.MARKS:
        parser.error(f"--trials: one of {', '.join(map(str, fixed.MARKS))}")
    return args


def _chosen(parser, names):
    known = suite.all_problems()
    if names is None:
        return list(known)
    found = [p.name for p in known.values() if p.name in names or p.family in names]
    wrong = {*names} - {*found} - {*suite.FAMILIES}
    if wrong:
        parser.error(f"--problems: {', '.join(sorted(wrong))} is none of {', '.join(known)}")
    return found


def _versions(names):
    """Of each tool, and why those that are not there do not run."""
    versions, unavailable = {}, {}
    for name in names:
        try:
            versions[name] = tools.by_name(name).version()
        except KeyError:
            raise SystemExit(
                f"--tools: {name!r} is none of {', '.join(tools.TOOLS)}, hpopt-NAME"
            ) from None
        except environments.Unavailable as error:
            unavailable[name] = str(error)
    return versions, unavailable


def _slow_may(args, problem, seed):
    """All that is asked for by name; else a part."""
    chosen = not args.slow_problems or problem in args.slow_problems
    return chosen and seed in fixed.SEEDS[:SLOW_SEEDS]


def wanted(args, versions):
    """What is to be measured, seed by seed, so that a part of it is a fair part."""
    for seed in args.seeds:
        for problem in args.problems:
            for tool, version in versions.items():
                if tools.by_name(tool).slow and not _slow_may(args, problem, seed):
                    continue
                yield {
                    "tool": tool,
                    "version": version,
                    "problem": problem,
                    "seed": seed,
                    "trials": args.trials,
                }


def _one_thread():
    """The estimators are small: threads would cost them several times their own time."""
    threadpool_limits(1)


def _measure(run):
    """In a process of the pool: a problem can't be sent there."""
    problem = suite.all_problems()[run["problem"]]
    return one_run.measure(tools.by_name(run["tool"]), problem, run["seed"], run["trials"])


def measure_all(args, versions):
    """The runs that are wanted, known ones from the cache."""
    known = cache.load()
    runs = [known.get(cache.key(run), run) for run in wanted(args, versions)]
    missing = [run for run in runs if "truths" not in run]
    print(f"{len(runs)} runs, {len(missing)} of them new", flush=True)
    with concurrent.futures.ProcessPoolExecutor(args.jobs, initializer=_one_thread) as pool:
        waiting = {pool.submit(_measure, run): run for run in missing}
        for done, future in enumerate(concurrent.futures.as_completed(waiting), 1):
            run = waiting[future]
            run |= future.result()
            if "failed" not in run:
                cache.add(run)
            outcome = run.get("failed") or f"{run['truths'][-1]:g} in {run['seconds'][-1]:g} s"
            print(
                f"{done}/{len(missing)} {run['tool']} {run['problem']} seed={run['seed']}: "
                f"{outcome}",
                flush=True,
            )
    return runs


def tables(runs, names):
    """By title: of those that have run everything; and, where some have not, what all have run."""
    whole = [run for run in runs if "failed" not in run]
    ran = {name: {(r["problem"], r["seed"]) for r in whole if r["tool"] == name} for name in names}
    ran = {name: pairs for name, pairs in ran.items() if pairs}
    if not ran:
        raise SystemExit("no run came to its end: " + "; ".join(report.failures(runs)))
    most = max(ran.values(), key=len)
    full = [name for name, pairs in ran.items() if pairs >= most]
    found = {"All problems": measures.Table(whole, full, most)}
    shared = set.intersection(*ran.values())
    if len(full) < len(ran) and shared:
        found["Fewer problems and seeds, with the slow ones"] = measures.Table(
            whole, list(ran), shared
        )
    return found


def _written(document):
    """One run a line: the file is read by the cache, and by people in a diff."""
    head = json.dumps({k: v for k, v in document.items() if k != "runs"}, indent=2)
    rows = ",\n    ".join(json.dumps(run) for run in document["runs"])
    return f'{head[:-2]},\n  "runs": [\n    {rows}\n  ]\n}}\n'


def main():
    if "--references" in sys.argv:
        references.make()
        return
    args = parse_arguments()
    around = record.surroundings("samplers", "scikit-learn", "coco-experiment")
    versions, unavailable = _versions(args.tools)
    runs = measure_all(args, versions)
    document = {
        "surroundings": around,
        "settings": {
            "trials": args.trials,
            "seeds": args.seeds,
            "problems": args.problems,
            "reference": next(iter(versions)),
        },
        "tools": versions,
        "unavailable": unavailable,
        "runs": sorted(runs, key=cache.key),
    }
    found = tables(runs, list(versions))
    if args.quick and args.out == cache.COMMITTED:
        print("\n" + "\n".join(report.document_lines(document, found, {})))
        return
    args.out.parent.mkdir(parents=True, exist_ok=True)
    pictures = {
        title: plots.draw(
            table, report.looked_at(table), args.out, f"{args.out.stem}{number or ''}"
        )
        for number, (title, table) in enumerate(found.items())
    }
    lines = report.document_lines(document, found, pictures)
    record.keep(args.out, document, lines)
    args.out.write_text(_written(document), encoding="utf-8")


if __name__ == "__main__":
    main()
