"""The one-liner, and what is printed and stored of it."""

import json
import re
import subprocess
import sys
import unittest

from harness import ANSWER, NO_ANSWER, WRONG_USE, HpoptCase, environment


class OneLiner(HpoptCase):
    def test_finds_an_answer_and_says_how_to_get_it_again(self):
        done = self.run_study(time="4s")
        self.assertIn("trial 1 starts", done.stdout)
        self.assertIn("new best score", done.stdout)
        self.assertRegex(done.stdout, r"best score 0\.\d+ ")
        self.assertNotIn("\x1b", done.stdout)
        best = self.json("best", "study", code=ANSWER)
        self.assertLess(abs(best["params"]["x"] - 0.3), 0.3)

        # The line that is to be copied is one that a shell takes.
        command = done.stdout.rstrip().split("\n")[-1]
        again = subprocess.run(["sh", "-c", command], cwd=self.folder, env=environment(),
                               capture_output=True, text=True, timeout=30, check=True)
        last = re.findall(r"score: (\S+)", again.stdout)[-1]
        self.assertAlmostEqual(float(last), 1 - (best["params"]["x"] - 0.3) ** 2 - 0.1, places=5)

    def test_prints_json_on_its_output_and_progress_beside_it(self):
        done = self.run_study("--json")
        answer = json.loads(done.stdout)
        self.assertEqual(answer["study"], "study")
        self.assertIn(answer["outcome"], ("time_up", "finished"))
        self.assertEqual(set(answer["params"]), {"x"})
        self.assertIn("--mode", answer["command"])
        self.assertIn("trial 1 starts", done.stderr)

    def test_quiet_prints_the_answer_only(self):
        done = self.run_study("--quiet")
        self.assertTrue(done.stdout.startswith("best score "), done.stdout)
        self.assertEqual(done.stderr, "")

    def test_takes_no_shell_on_the_way(self):
        literal = "$(touch x); rm 'a b' \"*\""
        self.hpopt("run", "--trials", 1, "--time", "10s", "--metric", "score:max",
                   *self.training("--literal", literal), code=ANSWER)
        self.assertFalse((self.folder / "x").exists())
        self.assertEqual(self.entries()[0]["literal"], literal)

    def test_raises_no_alarm_while_all_goes_well(self):
        done = self.run_study("--workers", 1, time="5s", epochs=10000, delay=0.05)
        self.assertEqual(done.stderr, "", "each step is the best: the guard must hear that we live")

    def test_says_at_which_step_the_score_was_seen(self):
        (self.folder / "overfits.py").write_text(
            "for step in (1, 2, 3): print(f'step {step} score: {-step}', flush=True)\n")
        done = self.hpopt("run", "--time", "20s", "--trials", 1, "--metric", "score:max", "--",
                          sys.executable, "overfits.py", "--x", "~float(0,1)", code=ANSWER)
        self.assertIn("best score -1  (trial 1, seen at step 1, trained to step 3", done.stdout)

    def test_a_score_is_short_for_people_and_exact_for_programs(self):
        (self.folder / "adds.py").write_text("print('score:', 0.1 + 0.2)\n")
        done = self.hpopt("run", "--time", "20s", "--trials", 1, "--metric", "score:max", "--",
                          sys.executable, "adds.py", "--x", "~float(0,1)", code=ANSWER)
        self.assertIn("best score 0.3  (trial 1", done.stdout)
        self.assertIn("best score 0.3  trial 1", self.hpopt("status").stdout)
        self.assertIn("complete  score 0.3  ", self.hpopt("show", 1).stdout)
        self.assertEqual(self.json("best")["score"], 0.1 + 0.2)
        self.assertEqual(self.json("status")["best"]["score"], 0.1 + 0.2)

    def test_a_trial_at_its_last_step_is_complete_though_it_lingers(self):
        (self.folder / "lingers.py").write_text(
            "import time\nfor step in (1, 2, 3): print(f'Epoch {step}/3 score: {step}', flush=True)\n"
            "time.sleep(600)\n")
        self.hpopt("run", "--time", "3s", "--workers", 1, "--metric", "score:max", "--name", "study", "--",
                   sys.executable, "lingers.py", "--x", "~float(0,1)", code=ANSWER)
        self.assertEqual([t["state"] for t in self.trials("study")], ["complete"])

    def test_two_workers_run_two_trials_at_once(self):
        self.run_study("--workers", 2, "--no-early-stop", "--trials", 8, time="20s", epochs=5, delay=0.05)
        spans = {}
        for entry in self.entries():
            spans.setdefault(entry["pid"], []).append(entry["at"])
        events = sorted([(min(s), 1) for s in spans.values()] + [(max(s), -1) for s in spans.values()])
        running = most = 0
        for _, change in events:
            running += change
            most = max(most, running)
        self.assertEqual(most, 2)

    def test_one_worker_runs_one_at_a_time(self):
        self.run_study("--workers", 1, "--no-early-stop", "--trials", 4, time="20s")
        spans = {}
        for entry in self.entries():
            spans.setdefault(entry["pid"], []).append(entry["at"])
        ordered = sorted((min(s), max(s)) for s in spans.values())
        self.assertEqual(len(ordered), 4)
        for (_, end), (begin, _) in zip(ordered, ordered[1:]):
            self.assertLessEqual(end, begin)

    def test_ends_after_so_many_trials(self):
        self.run_study("--trials", 3, time="30s")
        self.assertEqual(len(self.json("trials")), 3)

    def test_searches_a_finite_space_once(self):
        self.hpopt("run", "--time", "30s", "--metric", "score:max", "--", "sh", "-c",
                   'echo "score: $0"', "~choice(1,2,3)", code=WRONG_USE)
        self.hpopt("run", "--time", "30s", "--metric", "score:max", "--", "sh", "-c",
                   'echo "score: $0"', "~v:choice(1,2,3)", code=ANSWER)
        trials = self.json("trials")
        self.assertEqual(sorted(t["params"]["v"] for t in trials), [1, 2, 3])
        self.assertEqual(self.json("best")["score"], 3)

    def test_notes_what_it_does_not_use(self):
        (self.folder / "s.yaml").write_text(
            "command: [sh, -c, 'echo a: $0', '${x}']\nmetric: [{name: a}, {name: b}]\nresources: {gpus: 1}\n"
            "parameters: {x: {values: [1, 2]}, wd: {value: 3}}\n")
        done = self.hpopt("run", "--time", "5s", "s.yaml", code=ANSWER)
        for part in ("note: 'resources.gpus' is read", "note: only the first of 2 metrics, 'a', is optimized",
                     "note: the parameter 'wd' is not used by the command"):
            self.assertIn(part, done.stdout)
        self.assertNotIn("'x' is not used", done.stdout)

    def test_reports_from_a_shell(self):
        script = 'for i in 1 2 3; do "$0" report --step $i --score -0.$i || exit 0; done'
        from harness import HPOPT
        self.hpopt("run", "--time", "20s", "--trials", 2, "--metric", "score:max", "--", "sh", "-c",
                   script, HPOPT, "~x:float(0,1)", code=ANSWER)
        self.assertEqual(self.json("best")["score"], -0.1)


class WrongUse(HpoptCase):
    def check(self, words, *parts):
        done = self.hpopt(*words, code=WRONG_USE)
        self.assertEqual(done.stdout, "")
        for part in parts:
            self.assertIn(part, done.stderr)

    def test_unknown_flags_and_commands(self):
        self.check(["run", "--tiem", "3s"], "did you mean '--time'?")
        self.check(["stauts"], "did you mean 'status'?")
        self.check(["best", "--jsn"], "did you mean '--json'?")

    def test_what_is_missing(self):
        self.check(["run"], "needs a study file or a command")
        self.check(["run", "--time", "3s", "--", "true", "~x:float(0,1)"], "--metric")
        self.check(["run", "--metric", "a:max", "--", "true", "~x:float(0,1)"], "--time")
        self.check(["run", "--time", "3s", "--metric", "a:max", "--", "true"], "nothing varies")
        self.check(["run", "--time", "3s", "--metric", "a:max", "absent.yaml"], "absent.yaml")
        self.check(["run", "--time", "3s", "train.py", "--lr", "1"], "`--`")

    def test_a_file_that_says_too_little(self):
        (self.folder / "none.yaml").write_text("parameters: {x: {min: 0.0, max: 1.0}}\n")
        self.check(["run", "--time", "3s", "--metric", "a:max", "none.yaml"],
                   "none.yaml: the study file does not say what to run", "`command`")
        (self.folder / "ratio.yaml").write_text("program: train.py\ntime_ratio: 4\n")
        self.check(["run", "--metric", "a:max", "ratio.yaml"], "ratio.yaml:2:1: time_ratio alone", "--time")

    def test_constraints_that_nothing_meets(self):
        (self.folder / "s.yaml").write_text(
            "program: train.py\nparameters: {a: {min: 2, max: 3}, lr: {min: 0.1, max: 1}}\n"
            'constraints: ["a < lr"]\n')
        self.check(["run", "--time", "3s", "--metric", "a:max", "s.yaml"], "s.yaml:3:15: no configuration meets")

    def test_marks(self):
        self.check(["run", "--time", "3s", "--metric", "a:max", "--", "true", "--lr", "~lgo(1e-5,1)"],
                   "did you mean 'log'?")
        self.check(["run", "--time", "3s", "--metric", "a:max", "--", "true", "--lr", "~log(0,1)"], "0")

    def test_what_no_trial_could_be_started_with(self):
        script = self.folder / "train.py"
        script.write_text("print('a: 1')\n")
        words = ["run", "--time", "3s", "--metric", "a:max"]
        self.check([*words, "--", "./absent", "~x:float(0,1)"], "./absent", "is missing")
        self.check([*words, "--", "./train.py", "~x:float(0,1)"], "is not executable", "chmod +x")
        self.check([*words, "--metric-regex", "(", "--", "true", "~x:float(0,1)"], "--metric-regex")
        self.assertEqual(list(self.folder.iterdir()), [script])

    def test_leaves_no_store_behind(self):
        self.hpopt("run", "--time", "3s", "--metric", "a:max", "--", "true", code=WRONG_USE)
        self.assertEqual(list(self.folder.iterdir()), [])


class Commands(HpoptCase):
    def test_helps(self):
        for words in ([], ["help"], ["--help"]):
            done = self.hpopt(*words, code=ANSWER)
            self.assertIn("hpopt run --time 30m", done.stdout)
        self.assertIn("--time", self.hpopt("help", "run", code=ANSWER).stdout)
        self.assertIn("usage: hpopt why TRIAL [STUDY]", self.hpopt("why", "--help", code=ANSWER).stdout)
        self.assertRegex(self.hpopt("--version", code=ANSWER).stdout, r"^hpopt \d+\.\d+\.\d+\n$")

    def test_takes_every_decision_again(self):
        self.run_study("--trials", 4)
        done = self.hpopt("replay", code=ANSWER)
        self.assertIn("decisions of 'study' taken again: all come out the same", done.stdout)
        replayed = self.json("replay", "study", code=ANSWER)
        self.assertGreaterEqual(replayed["decisions"], 9, "suggested, begun, and the end")
        self.assertEqual((replayed["unrecorded"], replayed["differences"]), (0, []))

    def test_says_what_it_has_no_study_for(self):
        for command in ("status", "trials", "best", "export", "list"):
            done = self.hpopt(command, code=WRONG_USE)
            self.assertIn("hpopt run", done.stderr, command)
            self.assertEqual(list(self.folder.iterdir()), [], command)

    def test_doctor(self):
        done = self.hpopt("doctor", code=ANSWER)
        for subject in ("containment", "store", "cpu", "memory", "cgroups", "git", "python"):
            self.assertIn(subject, done.stdout)
        self.assertIn("cannot be written", self.hpopt("doctor", "-s", "/proc/x", code=ANSWER).stdout)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_checks_a_command_that_says_nothing(self):
        self.assertIn("problem: it printed no number", self.hpopt("check", "--", "true", code=NO_ANSWER).stdout)
        done = self.hpopt("check", "--json", "--metric", "a:max", "--", "true", code=NO_ANSWER)
        report = json.loads(done.stdout)
        for key in ("first_step", "last_step", "lowest", "highest", "last"):
            self.assertIsNone(report["numbers"][0][key], key)

    def test_checks_a_command(self):
        done = self.hpopt("check", "--metric", "score:max", *self.training(), code=ANSWER)
        self.assertIn("score", done.stdout)
        self.assertIn("loss", done.stdout)
        self.assertFalse((self.folder / ".hpopt").exists())

    def test_keeps_the_store_where_it_is_told(self):
        self.hpopt("run", "--time", "9s", "--trials", 1, "--metric", "score:max", "--storage", "elsewhere",
                   *self.training(), code=ANSWER)
        self.assertFalse((self.folder / ".hpopt").exists())
        self.hpopt("best", code=ANSWER, HPOPT_STORAGE=str(self.folder / "elsewhere"))
        self.assertTrue((self.folder / "elsewhere" / ".gitignore").exists())


if __name__ == "__main__":
    unittest.main()
