#!/usr/bin/env python3
"""Kills hpopt, its shim and its trainers, at random instants and before every operation on the
journal, and looks for what is lost, doubled or decided otherwise."""

import collections
import pathlib
import statistics
import sys
import tempfile
import threading
import time

import record

sys.path.insert(0, str(record.ROOT / "tests" / "e2e"))

import lives  # noqa: E402
import scenes  # noqa: E402
import victims  # noqa: E402


def parse_arguments():
    parser = record.parser(__doc__, "kill")
    parser.add_argument(
        "--kills", type=int, default=1000, help="at random instants (%(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1, help="(%(default)s)")
    parser.add_argument(
        "--lanes", type=int, default=3, help="studies at a time (%(default)s)"
    )
    parser.add_argument(
        "--every",
        type=int,
        default=1,
        help="of the chosen instants only every so-manyth; 0: none (%(default)s)",
    )
    return parser.parse_args()


def in_lanes(tasks):
    """Runs all at once; the first exception ends the benchmark."""
    failures = []

    def guarded(task):
        try:
            task()
        except BaseException as failure:  # noqa: BLE001: raised below
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def kill_at_random(hpopt, args):
    tallies = [lives.Tally() for _ in range(args.lanes)]

    def enough():
        return sum(tally.count() for tally in tallies) >= args.kills

    done = threading.Event()

    def tell():
        while not done.wait(30):
            count = sum(tally.count() for tally in tallies)
            wrong = sum(len(tally.wrong) for tally in tallies)
            print(f"kills={count} wrong={wrong}", flush=True)

    teller = threading.Thread(target=tell)
    teller.start()
    try:
        in_lanes(
            [
                lambda tally=tally, lane=lane: lives.lane(
                    hpopt, f"{args.seed}/{lane}", tally, enough
                )
                for lane, tally in enumerate(tallies)
            ]
        )
    finally:
        done.set()
        teller.join()
    return tallies


def play(hpopt, library, scene, every):
    with tempfile.TemporaryDirectory(prefix="hpopt-kill-") as folder:
        stage = scenes.Stage(hpopt, library, folder)
        operations = stage.count(scene)
        outcomes = [stage.play(scene, i) for i in range(1, operations + 1, every)]
    killed = [outcome for outcome in outcomes if outcome.killed]
    wrong = [line for outcome in outcomes for line in outcome.wrong]
    print(f"scene='{scene.name}' kills={len(killed)} wrong={len(wrong)}", flush=True)
    return {
        "scene": scene.name,
        "operations": operations,
        "kills": len(killed),
        "by_operation": collections.Counter(o.operation for o in killed),
        "wrong": wrong,
    }


def kill_everywhere(hpopt, library, args):
    """A lane takes the next scene when it has played one."""
    left = list(scenes.SCENES)
    played = []

    def work():
        while left:
            played.append(play(hpopt, library, left.pop(0), args.every))

    in_lanes([work] * min(args.lanes, len(left)))
    order = [scene.name for scene in scenes.SCENES]
    return sorted(played, key=lambda one: order.index(one["scene"]))


def summary(tallies):
    kills = sum((tally.kills for tally in tallies), collections.Counter())
    return {
        "kills": [
            {"victim": victim, "instant": instant, "count": count}
            for (victim, instant), count in sorted(kills.items())
        ],
        "wrong": [line for tally in tallies for line in tally.wrong],
        **{
            name: sorted(
                round(error, 4) for tally in tallies for error in getattr(tally, name)
            )
            for name in ("over_session", "over_process")
        },
        **{
            name: sum(getattr(tally, name) for tally in tallies)
            for name in (
                *("studies", "sessions", "reports", "decisions", "reuses"),
            )
        },
    }


def kills_table(kills):
    instants = [*lives.INSTANTS, "reusing"]
    count = {(row["victim"], row["instant"]): row["count"] for row in kills}
    lines = [
        f"| victim | {' | '.join(instants)} | in all |",
        "|---" * (len(instants) + 2) + "|",
    ]
    for victim in (victims.HPOPT, victims.SHIM, victims.WORKER, victims.ALL):
        row = [count.get((victim, instant), 0) for instant in instants]
        lines.append(f"| {victim} | {' | '.join(map(str, row))} | {sum(row)} |")
    return lines


def how_many(wrong, *words):
    return sum(any(word in line for word in words) for line in wrong)


def random_table(document):
    found = document["random"]
    wrong = found["wrong"]
    total = sum(row["count"] for row in found["kills"])
    return [
        "## At random instants",
        "",
        f"{total} kills in {found['studies']} studies of {found['sessions']} sessions: while hpopt "
        "opens its store, while its trainers report, at any instant, and while a finished study "
        "is shown again.",
        "",
        *kills_table(found["kills"]),
        "",
        "| what | found | promised |",
        "|---|---|---|",
        f"| reports that were answered | {found['reports']} | |",
        f"| of them lost | {how_many(wrong, 'is lost')} | 0 |",
        f"| trials, configurations, tokens or requests doubled | {how_many(wrong, 'twice', 'had one')} | 0 |",
        f"| decisions taken again | {found['decisions']} | |",
        f"| of them otherwise | {how_many(wrong, 'replayed otherwise')} | 0 |",
        "| seconds charged for a session that was killed, beyond those that it lived | "
        f"{spread(found['over_session'])} | at least 0 |",
        "| beyond those that its process lived, its start included | "
        f"{spread(found['over_process'])} | at most 1 |",
        f"| studies charged outside what their kills allow | {how_many(wrong, ' s charged')} | 0 |",
        f"| anything else that was wrong | {others(wrong)} | 0 |",
    ]


def spread(seconds):
    middle = statistics.median(seconds)
    return f"{seconds[0]:.3f} to {seconds[-1]:.3f}, median {middle:.3f}"


def others(wrong):
    known = ("is lost", "twice", "had one", "replayed otherwise", " s charged")
    return sum(not any(word in line for word in known) for line in wrong)


def scenes_table(document):
    lines = [
        "",
        "## Before every operation",
        "",
        "The same command is killed before its N-th write, sync or lock of the journal, for every "
        f"N{document['settings']['of']}, and given again.",
        "",
        "| scene | operations | kills | did not come right |",
        "|---|---|---|---|",
    ]
    for one in document["scenes"]:
        lines.append(
            f"| {one['scene']} | {one['operations']} | {one['kills']} | {len(one['wrong'])} |"
        )
    return lines


def table(document):
    wrong = document["random"]["wrong"] if document["random"] else []
    wrong = wrong + [line for one in document["scenes"] for line in one["wrong"]]
    lines = ["# What kills do to a study", ""]
    if document["random"]:
        lines += random_table(document)
    if document["scenes"]:
        lines += scenes_table(document)
    if wrong:
        lines += ["", "What was wrong:", "", *(f"- {line}" for line in wrong[:50])]
    return [*lines, "", *record.origin(document["surroundings"])]


def main():
    args = parse_arguments()
    hpopt = record.program("hpopt")
    library = pathlib.Path(hpopt).parent / "libkill_at_operation.so"
    document = {
        "surroundings": record.surroundings("kill"),
        "settings": {
            "kills": args.kills,
            "seed": args.seed,
            "lanes": args.lanes,
            "every": args.every,
            "of": "" if args.every == 1 else f", every {args.every}th",
        },
    }
    began = time.monotonic()
    tallies = kill_at_random(hpopt, args) if args.kills else []
    document["random"] = summary(tallies) if tallies else None
    document["seconds"] = {"random": round(time.monotonic() - began, 1)}
    began = time.monotonic()
    document["scenes"] = (
        kill_everywhere(hpopt, library, args) if args.every else []
    )
    document["seconds"]["scenes"] = round(time.monotonic() - began, 1)
    record.keep(args.out, document, table(document))


if __name__ == "__main__":
    main()
