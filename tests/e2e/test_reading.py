"""What is read of a study afterwards; the JSON is a contract."""

import csv
import io
import json
import os
import platform
import signal
import subprocess
import unittest

from harness import ANSWER, HPOPT, NO_ANSWER, WRONG_USE, HpoptCase, environment

TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"


class Reading(HpoptCase):
    def setUp(self):
        super().setUp()
        self.run_study("--trials", 5, time="30s", epochs=4)

    def test_status(self):
        status = self.json("status", code=ANSWER)
        self.assertEqual(status["study"], "study")
        self.assertEqual(status["state"], "finished")
        self.assertEqual(status["objectives"], [{"name": "score", "goal": "maximize"}])
        self.assertEqual(status["time"]["budget"], 30)
        self.assertAlmostEqual(status["time"]["used"] + status["time"]["left"], 30, places=6)
        counts = status["trials"]
        self.assertLessEqual({"complete", "stopped", "paused", "running", "failed"}, set(counts))
        self.assertEqual(sum(counts.values()), 5)
        self.assertEqual(status["best"], self.json("best"))
        text = self.hpopt("status", "study", code=ANSWER).stdout
        self.assertIn("5 trials", text)
        self.assertIn("finished", text)

    def test_best(self):
        best = self.json("best", code=ANSWER)
        self.assertLessEqual(
            {"study", "trial", "score", "params", "fidelity", "confirmed", "command"}, set(best))
        trials = self.json("trials", code=ANSWER)
        self.assertEqual(best["score"], max(t["score"] for t in trials if t["score"] is not None))
        self.assertIn(f"best score {best['score']}", self.hpopt("best", code=ANSWER).stdout)

    def test_trials_agree_with_the_trainers(self):
        trials = self.json("trials", code=ANSWER)
        self.assertEqual(sorted(t["trial"] for t in trials), [1, 2, 3, 4, 5])
        scores = [t["score"] for t in trials]
        self.assertEqual(scores, sorted(scores, reverse=True), "best first")
        written = {(e["trial"], e["step"]): e["score"] for e in self.entries() if e["what"] == "step"}
        for trial in trials:
            self.assertLessEqual({"trial", "state", "params", "score", "fidelity", "reports", "started",
                                  "ended", "worker", "reason"}, set(trial))
            self.assertRegex(trial["started"], TIME)
            self.assertRegex(trial["ended"], TIME)
            self.assertTrue(trial["reports"])
            elapsed = [r["elapsed"] for r in trial["reports"]]
            self.assertEqual(elapsed, sorted(elapsed))
            for report in trial["reports"]:
                self.assertEqual(written[trial["trial"], report["step"]], report["score"])
        text = self.hpopt("trials", code=ANSWER).stdout.split("\n")
        self.assertEqual(len(text), 7)
        self.assertIn("parameters", text[0])

    def test_list(self):
        studies = self.json("list", code=ANSWER)
        self.assertEqual([s["study"] for s in studies], ["study"])
        self.assertIn("study", self.hpopt("list", code=ANSWER).stdout)

    def test_show_and_why(self):
        text = self.hpopt("show", 1, code=ANSWER).stdout
        for part in ("trial 1 of study", "parameters", "reports", "decisions", "log", "Epoch 1/4", "loss"):
            self.assertIn(part, text)
        self.assertIn(f"host {platform.node()}", text)
        shown = self.json("show", 1)
        self.assertEqual(shown["record"]["host"], platform.node())
        with open(shown["log"], encoding="utf-8") as log:
            self.assertIn("Epoch 1/4", log.read())
        self.assertIn("loss", shown["metrics"])
        why = self.json("why", 1, code=ANSWER)
        self.assertEqual([d["what"] for d in why["decisions"][:2]], ["suggested", "started"])
        for decision in why["decisions"]:
            self.assertRegex(decision["time"], TIME)
            self.assertTrue(decision["by"], decision)
            self.assertTrue(decision["reason"], decision)
        text = self.hpopt("why", 1, code=ANSWER).stdout
        self.assertIn(why["decisions"][0]["reason"].split()[0], text)

    def test_names_that_are_wrong(self):
        self.assertIn("has no trial 9", self.hpopt("show", 9, code=WRONG_USE).stderr)
        self.assertIn("did you mean 'study'?", self.hpopt("best", "stduy", code=WRONG_USE).stderr)
        self.assertIn("number", self.hpopt("why", "one", code=WRONG_USE).stderr)

    def test_export(self):
        rows = list(csv.DictReader(io.StringIO(self.hpopt("export", code=ANSWER).stdout)))
        trials = self.trials()
        self.assertEqual([int(r["trial"]) for r in rows], [t["trial"] for t in trials])
        for row, trial in zip(rows, trials):
            self.assertEqual(float(row["param.x"]), trial["params"]["x"])
            self.assertEqual(float(row["score"]), trial["score"])
            self.assertEqual(int(row["step"]), trial["reports"][-1]["step"])
            self.assertIn("metric.loss", row)
        self.hpopt("export", "--format", "jsonl", "-o", "out.jsonl", code=ANSWER)
        lines = [json.loads(line) for line in (self.folder / "out.jsonl").read_text().splitlines()]
        self.assertEqual([line["param.x"] for line in lines], [t["params"]["x"] for t in trials])
        self.assertEqual(set(lines[0]), set(rows[0]))
        reports = list(csv.DictReader(io.StringIO(self.hpopt("export", "--reports", code=ANSWER).stdout)))
        self.assertEqual(len(reports), sum(len(t["reports"]) for t in trials))

    def test_an_output_that_is_full(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            for words in (["export"], ["trials"], ["best", "--json"]):
                done = subprocess.run([HPOPT, *words], cwd=self.folder, env=environment(), stdout=full,
                                      stderr=subprocess.PIPE, text=True, timeout=30, check=False)
                self.assertNotIn(done.returncode, (ANSWER, NO_ANSWER), words)
                self.assertTrue(done.stderr, words)

    def test_stop_of_a_study_that_does_not_run(self):
        done = self.hpopt("stop", code=ANSWER)
        self.assertIn("not running", done.stderr)
        self.assertIn("best score", done.stdout)


REPORTS = """#!/bin/sh
step=0
while [ $step -lt 500 ]; do
  step=$((step + 1))
  hpopt report --step $step --score 0.$((100 + step)) || { echo $? >>codes; exit 0; }
  sleep 0.01
done
"""

STUDY = """name: study
command: ["./train.sh"]
metric: {name: score, goal: maximize%s}
parameters:
  x: {min: 0.0, max: 1.0}
time: 30s
"""


class Telling(HpoptCase):
    """What trials say in other ways than by their output."""

    def run_script(self, script, metric, trials=1, code=None):
        (self.folder / "train.sh").write_text(script)
        (self.folder / "train.sh").chmod(0o755)
        (self.folder / "study.yaml").write_text(STUDY % metric)
        path = os.path.dirname(HPOPT) + ":" + os.environ["PATH"]
        return self.hpopt("run", "study.yaml", "-j", 1, "--trials", trials, PATH=path, code=code)

    def test_a_shell_script_sees_that_it_is_to_stop(self):
        self.run_script(REPORTS, ", target: 0.105", code=ANSWER)
        self.assertEqual((self.folder / "codes").read_text(), "10\n")
        self.assertEqual(self.json("best")["score"], 0.105)

    def test_a_metric_file_that_is_missing_is_named(self):
        self.run_script("#!/bin/sh\necho score: 1\n", ", source: scores.csv", code=NO_ANSWER)
        self.assertIn("scores.csv' was never written", self.hpopt("show", 1).stdout)

    def test_a_pipe_as_a_metric_file_blocks_nothing(self):
        os.mkfifo(self.folder / "scores.csv")
        self.run_script("#!/bin/sh\nsleep 0.3\n", ", source: scores.csv", code=NO_ANSWER)
        self.assertIn("is no plain file", self.hpopt("show", 1).stdout)

    def test_failures_are_seen_where_children_are_ignored(self):
        command = [HPOPT, "run", "--time", "20s", "--trials", "2", "-m", "score:max", "-n", "study", "--",
                   "sh", "-c", "echo score: 1; exit 7", "~x:float(0,1)"]
        done = subprocess.run(command, cwd=self.folder, env=environment(), capture_output=True, text=True,
                              timeout=60, check=False,
                              preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
        self.assertIn("exited with 7", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
