"""What a newcomer does wrong, and the clear line that says so."""

import time
import unittest

from harness import ANSWER, NO_ANSWER, PAUSED, STORE_FAILED, WRONG_USE, HpoptCase, interrupt


class Failures(HpoptCase):
    def output_of(self, mode, *words, code=NO_ANSWER, seconds="60s", **training):
        done = self.hpopt("run", "--time", seconds, "--metric", "score:max", "--name", "study",
                          *self.training(*words, mode=mode, **training), code=code)
        return done.stdout + done.stderr

    def test_a_crash_loop_quotes_the_log_and_ends_the_study_early(self):
        begun = time.monotonic()
        text = self.output_of("crash", "--at", "1")
        self.assertIn("ValueError: the learning rate is cursed", text)
        self.assertIn("exited with 1", text)
        self.assertNotIn("trial 1 exited", text)
        self.assertLessEqual(text.count("Traceback"), 2, text)
        self.assertIn("no trial has a score", text)
        self.assertLess(time.monotonic() - begun, 30)
        self.assertLess(len(self.json("trials")), 10)

    def test_an_exit_code_is_named(self):
        text = self.output_of("exit3", "--at", "1")
        self.assertIn("exited with 3", text)
        self.assertIn("I give up", text)

    def test_a_crash_after_scores_fails_the_trial_and_not_the_study(self):
        text = self.run_study("--trials", 3, time="30s", mode="crash").stdout
        self.assertEqual(text.count("failed at step 1"), 3, text)
        self.assertIn("best score", text)
        self.assertEqual({t["state"] for t in self.json("trials")}, {"failed"})
        best = self.json("best")
        self.assertEqual(best["state"], "failed")
        self.assertIn(f"trial {best['trial']} failed: exited with 1\n", text)
        self.assertIn(f"trial {best['trial']} failed: exited with 1\n", self.hpopt("best").stdout)

    def test_a_metric_that_is_never_printed_is_said_during_the_trial(self):
        process = self.start("run", "--time", "40s", "--metric", "scroe:max", "--workers", 1,
                             *self.training(mode="curve", epochs=400, delay=0.05))
        seen = []
        for line in process.stdout:
            seen.append(line)
            if "did you mean" in line:
                break
        text = "".join(seen)
        self.assertIn("'scroe'", text)
        self.assertIn("score", text)
        self.assertIn("did you mean 'score'?", text)
        self.assertIsNone(process.poll())
        self.assertFalse([e for e in self.entries() if e["what"] == "end"], "the trial still runs")
        interrupt(process)
        process.communicate(timeout=20)

    def test_a_trial_that_prints_no_number_at_all(self):
        text = self.output_of("silent", epochs=3)
        self.assertIn("score", text)
        self.assertIn("never printed", text)

    def test_nan_ends_the_trial_and_not_the_study(self):
        self.run_study("--trials", 3, mode="nan", time="20s", code=ANSWER)
        trials = self.json("trials")
        self.assertEqual({t["state"] for t in trials}, {"diverged"})
        self.assertIn("nan", trials[0]["reason"])

    def test_a_program_that_is_missing(self):
        done = self.hpopt("run", "--time", "20s", "--metric", "score:max", "--", "./no-such-program",
                          "--x", "~float(0,1)", code=WRONG_USE)
        self.assertIn("no-such-program", done.stderr)
        self.assertEqual(done.stdout.count("trial 2 starts"), 0)

    def test_a_program_that_may_not_run(self):
        (self.folder / "train").write_text("#!/bin/sh\necho score: 1\n")
        done = self.hpopt("run", "--time", "20s", "--metric", "score:max", "--", "./train", "--x",
                          "~float(0,1)", code=WRONG_USE)
        self.assertIn("./train", done.stderr)

    def test_a_store_that_cannot_be_written(self):
        (self.folder / "file").write_text("")
        done = self.hpopt("run", "--time", "5s", "--metric", "score:max", "--storage", "file/store",
                          *self.training(), code=STORE_FAILED)
        self.assertIn("file/store", done.stderr)

    def test_a_store_that_is_no_store(self):
        (self.folder / "store").mkdir()
        (self.folder / "store" / "journal.db").write_text("this is no database at all" * 100)
        done = self.hpopt("run", "--time", "5s", "--metric", "score:max", "--storage", "store",
                          *self.training(), code=STORE_FAILED)
        self.assertIn("journal.db", done.stderr)

    def test_output_that_comes_all_at_the_end(self):
        text = self.run_study("--trials", 2, time="30s", mode="buffered", epochs=4, delay=0.4).stdout
        self.assertIn("buffered", text)
        self.assertIn("--pty", text)

    def test_a_full_training_that_is_longer_than_the_time(self):
        process = self.start("run", "--time", "6s", "--metric", "score:max",
                             *self.training(epochs=1000, delay=0.1))
        text, _ = process.communicate(timeout=30)
        self.assertEqual(process.returncode, ANSWER, text)
        self.assertRegex(text, r"(?i)one full training")
        self.assertIn("not trained to full length", text)

    def test_the_same_command_while_it_runs(self):
        process = self.start("run", "--time", "30s", "--metric", "score:max", "--name", "study",
                             *self.training(epochs=100, delay=0.05))
        self.wait_for_reports(2, process)
        done = self.run_study(time="30s", code=WRONG_USE, epochs=100, delay=0.05)
        self.assertIn("runs already", done.stderr)
        self.assertIn(str(process.pid), done.stderr)
        self.assertEqual(self.json("status")["state"], "running")
        interrupt(process)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, PAUSED)

    def test_stop_ends_a_running_study_with_its_answer(self):
        process = self.start("run", "--time", "60s", "--metric", "score:max", "--name", "study",
                             *self.training(epochs=100, delay=0.05))
        self.wait_for_reports(3, process)
        done = self.hpopt("stop", "study", code=ANSWER)
        self.assertIn("best score", done.stdout)
        text, _ = process.communicate(timeout=10)
        self.assertEqual(process.returncode, ANSWER, text)
        self.assertEqual(self.json("status")["state"], "finished")
        self.assertEqual(self.survivors(), [])


if __name__ == "__main__":
    unittest.main()
