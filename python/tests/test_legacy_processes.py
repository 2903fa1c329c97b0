"""Reports from other processes: spawned, forked, many at once, killed."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import pytest
from legacy_search import create, score, train

import hpopt

SCRIPT = Path(__file__).with_name("legacy_script.py")
HERE = str(Path(__file__).parent)


def run_python(code: str, *arguments: str, stdin: int | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *arguments],
        stdin=stdin,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([HERE, *filter(None, sys.path)])},
    )


TRAIN = """
    import json, sys
    from legacy_search import train
    print(train(json.loads(sys.argv[1])))
"""


def test_a_process_that_knows_only_its_configuration() -> None:
    search = create()
    config = search.get_next_sample()
    process = run_python(TRAIN, json.dumps(config))
    assert process.communicate(timeout=60)[0].strip() == "4"
    search.update_scores()
    entry = search.hpo_status["config_list"][0]
    assert entry["status"] == hpopt.Status.STOP
    assert entry["score"] == score(config["params"], 4)
    assert search.study.trials[0].state == "complete"


def test_from_another_working_directory(tmp_path: Path) -> None:
    """With an absolute save_path."""
    search = create(save_path=str(tmp_path / "hpo"))
    config = search.get_next_sample()
    code = "import os; os.chdir('/')\n" + textwrap.dedent(TRAIN)
    process = run_python(code, json.dumps(config))
    assert process.communicate(timeout=60)[0].strip() == "4"


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.parametrize("algorithm", ["bayes_opt", "asha"])
def test_multiprocessing_as_the_originals_samples_do(algorithm: str, method: str) -> None:
    search = create(search_alg=algorithm, num_trials=10, num_init_trials=4)
    context = multiprocessing.get_context(method)
    count = 0
    while configs := search.get_next_samples():
        processes = [context.Process(target=train, args=(config,)) for config in configs]
        for process in processes:
            process.start()
        for process in processes:
            process.join(60)
            assert process.exitcode == 0
        count += len(configs)
    assert count == 10
    search.update_scores()
    entries = search.hpo_status["config_list"]
    assert all(entry["status"] == hpopt.Status.STOP for entry in entries)
    assert all(entry["score"] is not None for entry in entries)


REPORTER = """
    import json, sys
    import hpopt
    config = json.loads(sys.argv[1])
    for number in range(50):
        assert hpopt.report(config, number / 100) == hpopt.Status.RUNNING
    hpopt.finalize_trial(config)
"""


def test_many_report_at_once() -> None:
    """The original loses three of four within seconds."""
    search = create(num_trials=8, num_init_trials=8, max_iterations=100)
    configs = search.get_next_samples()
    processes = [run_python(REPORTER, json.dumps(config)) for config in configs]
    while any(process.poll() is None for process in processes):
        search.update_scores()
        for config in configs:
            assert isinstance(hpopt.load_json(config["file_path"]), dict)
    assert [process.wait() for process in processes] == [0] * 8
    search.update_scores()
    assert [entry["score"] for entry in search.hpo_status["config_list"]] == [0.49] * 8
    assert all(len(info.reports) == 50 for info in search.study.trials)
    for process in processes:
        assert process.stdout is not None
        process.stdout.close()


def test_a_process_that_trains_for_one_search_after_another() -> None:
    """The files have the same names; what the process knew of the first search is no use."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        for rate in (0.001, 0.01, 0.01):
            search = create(
                num_trials=2, default_hyper_parameters={"lr": rate, "bs": 8, "opt": "sgd"}
            )
            configs = [search.get_next_sample() for _ in range(2)]
            assert pool.map(train, configs) == [4, 4]
            search.update_scores()
            entries = search.hpo_status["config_list"]
            assert [entry["score"] for entry in entries] == [
                score(config["params"], 4) for config in configs
            ]


def test_an_end_that_another_process_has_told_already() -> None:
    search = create()
    config = search.get_next_sample()
    run_python(TRAIN, json.dumps(config)).communicate(timeout=60)
    results = hpopt.load_json(config["file_path"])
    hpopt.finalize_trial(config)
    hpopt.reportOOM(config)
    assert hpopt.report(config, 5.0) == hpopt.Status.STOP
    assert hpopt.load_json(config["file_path"]) == results
    search.update_scores()
    assert search.hpo_status["config_list"][0]["score"] == max(results["scores"])


def test_threads_report_their_own_trials() -> None:
    search = create(num_trials=6, num_init_trials=6)
    threads = [threading.Thread(target=train, args=(each,)) for each in search.get_next_samples()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    search.update_scores()
    assert all(entry["score"] is not None for entry in search.hpo_status["config_list"])


CRASH = """
    import json, sys
    import hpopt
    hpopt.report(json.loads(sys.argv[1]), 0.9)
    raise RuntimeError("as trainers do")
"""


def test_a_trial_that_crashes_harms_no_other() -> None:
    search = create(num_trials=4)
    crashed = search.get_next_sample()
    process = run_python(CRASH, json.dumps(crashed))
    process.communicate(timeout=60)
    assert process.returncode != 0
    for _ in range(3):
        train(search.get_next_sample())
    assert search.get_next_sample() is None
    assert search.get_best_config() is not None
    hpopt.finalize_trial(crashed)
    assert search.get_best_config() == crashed["params"]


OUT_OF_MEMORY = """
    import json, sys
    import hpopt
    hpopt.reportOOM(json.loads(sys.argv[1]))
"""


def test_out_of_memory_elsewhere() -> None:
    search = create(batch_size_name="bs")
    config = search.get_next_sample()
    run_python(OUT_OF_MEMORY, json.dumps(config)).communicate(timeout=60)
    again = search.get_next_sample()
    assert again["params"]["bs"] < config["params"]["bs"]
    assert search.hpo_status["config_list"][0]["status"] == hpopt.Status.CUDAOOM


FORK = """
    import os, sys
    import hpopt
    from legacy_search import create, train
    search = create()
    config = search.get_next_sample()
    child = os.fork()
    if child == 0:
        sys.exit()
    os.waitpid(child, 0)
    print(train(config))
"""


def test_a_forked_process_that_ends_takes_no_trial_with_it() -> None:
    """All that it inherited is let go of as its interpreter ends."""
    assert run_python(FORK).communicate(timeout=60)[0].strip() == "4"


def fork_and_lose_the_relay(config: dict[str, Any]) -> None:
    from hpopt.legacy import relay

    assert hpopt.report(config, 0.1) == hpopt.Status.RUNNING
    lost = relay.relay()
    assert lost is not None
    lost._process.kill()
    lost._process.wait()
    assert hpopt.report(config, 0.2) == hpopt.Status.RUNNING


def test_a_relay_that_was_killed_is_replaced() -> None:
    search = create()
    config = search.get_next_sample()
    process = multiprocessing.get_context("fork").Process(
        target=fork_and_lose_the_relay, args=(config,)
    )
    process.start()
    process.join(60)
    assert process.exitcode == 0
    assert search.study.trials[0].reports == [(1, 0.1), (2, 0.2)]


def fork_and_fail(config: dict[str, Any]) -> None:
    with pytest.raises(hpopt.InvalidInput):
        hpopt.report(config, "no number")
    assert hpopt.report(config, float("nan")) == hpopt.Status.STOP


def test_errors_and_nan_of_a_forked_process() -> None:
    search = create()
    config = search.get_next_sample()
    process = multiprocessing.get_context("fork").Process(target=fork_and_fail, args=(config,))
    process.start()
    process.join(60)
    assert process.exitcode == 0
    assert search.study.trials[0].state == "diverged"


def run_script(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )


@pytest.mark.parametrize("algorithm", ["bayes_opt", "asha"])
def test_a_script_of_the_original(algorithm: str) -> None:
    pytest.importorskip("numpy")
    output = run_script("--algorithm", algorithm).communicate(timeout=120)[0]
    best = json.loads(output.splitlines()[-1].removeprefix("best "))
    assert set(best) == {"lr", "bs", "decay"}
    entries = hpopt.load_json("hpo/hpopt_status.json")["config_list"]
    assert len(entries) == 12
    assert entries[0]["config"] == {"lr": 0.01, "bs": 64, "decay": "none"}
    assert all(entry["score"] is not None for entry in entries)
    assert max(entry["score"] for entry in entries) > 0.9
    assert hpopt.get_previous_status("hpo") == hpopt.Status.COMPLETERESULT


def test_a_script_of_the_original_that_is_killed_and_resumed() -> None:
    """SIGKILL to the script, not to its trainings: their late reports are not mixed in."""
    pytest.importorskip("numpy")
    script = run_script()
    assert script.stdout is not None
    lines = [script.stdout.readline() for _ in range(7)]
    script.send_signal(signal.SIGKILL)
    script.wait()
    script.stdout.close()
    assert lines[-1].startswith("started")
    kept = [
        entry
        for entry in hpopt.load_json("hpo/hpopt_status.json")["config_list"]
        if entry["score"] is not None
    ]
    output = run_script("--resume").communicate(timeout=120)[0]
    assert "best" in output
    entries = hpopt.load_json("hpo/hpopt_status.json")["config_list"]
    assert len(entries) == 12
    assert all(entry["score"] is not None for entry in entries)
    for entry in kept:
        assert entries[entry["trial_id"]] == entry
    configs = [entry["config"] for entry in entries]
    assert configs.count({"lr": 0.01, "bs": 64, "decay": "none"}) == 1


LEAVE = """
    import os, signal, sys
    import hpopt
    from legacy_search import create
    search = create()
    first, second = search.get_next_sample(), search.get_next_sample()
    hpopt.report(first, 0.5)
"""


@pytest.mark.parametrize(
    "end",
    [
        "os.kill(os.getpid(), signal.SIGKILL)",
        "os.kill(os.getpid(), signal.SIGINT)",
        "sys.exit()",
        "raise ValueError('as scripts do')",
    ],
)
def test_what_was_out_when_its_program_ended_is_handed_out_again(end: str) -> None:
    run_python(textwrap.dedent(LEAVE) + end).communicate(timeout=60)
    search = create(resume=True)
    again = [search.get_next_sample() for _ in range(3)]
    assert [config["trial_id"] for config in again] == [0, 1, 2]
    assert hpopt.load_json(again[0]["file_path"])["scores"] == []
    for config in again:
        assert train(config) == 4
    search.update_scores()
    assert [entry["status"] for entry in search.hpo_status["config_list"]] == [2, 2, 2]


ZOMBIE = """
    import json, sys, time
    import hpopt
    config = json.loads(sys.argv[1])
    while hpopt.report(config, 99.0) != hpopt.Status.STOP:
        time.sleep(0.05)
"""


def test_a_search_that_another_process_runs_is_busy() -> None:
    code = """
        import sys
        from legacy_search import create
        search = create()
        search.get_next_sample()
        print("runs", flush=True)
        sys.stdin.readline()
    """
    other = run_python(code, stdin=subprocess.PIPE)
    assert other.stdout is not None
    assert other.stdout.readline() == "runs\n"
    search = create()
    with pytest.raises(hpopt.Busy):
        search.get_next_sample()
    other.communicate("\n", timeout=60)
    assert search.get_next_sample()["trial_id"] == 0


def test_a_late_report_of_a_killed_search_is_refused() -> None:
    code = """
        import json, os, signal
        from legacy_search import create
        print(json.dumps(create().get_next_sample()), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    config = json.loads(run_python(code).communicate(timeout=60)[0])
    zombie = run_python(ZOMBIE, json.dumps(config))
    search = create(resume=True)
    again = search.get_next_sample()
    assert again["trial_id"] == 0
    train(again)
    zombie.communicate(timeout=60)
    assert zombie.returncode == 0
    search.update_scores()
    assert search.hpo_status["config_list"][0]["score"] == score(again["params"], 4)
