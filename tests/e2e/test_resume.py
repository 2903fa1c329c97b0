"""Pause, resume and reuse."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
import unittest

from harness import ANSWER, HPOPT, PAUSED, TRAINER, WRONG_USE, HpoptCase, environment, interrupt


class Pausing(HpoptCase):
    def begin(self, *words, time="30s", **training):
        return self.start("run", "--time", time, "--metric", "score:max", "--name", "study", *words,
                          *self.training(**training))

    def test_an_interrupt_pauses_and_the_same_command_goes_on(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process = self.begin("--trials", 6, epochs=20, delay=0.03)
            self.wait_for_reports(4, process)
            process.send_signal(number)
            text, _ = process.communicate(timeout=30)
            self.assertEqual(process.returncode, PAUSED, text)
            self.assertIn("same command", text)
            self.assertIn("pausing: trials get up to 2 s", text)
            self.assertNotIn("let go", text)
            self.assertEqual(self.json("status")["state"], "paused")
            self.assertEqual(self.survivors(), [])
            self.diary.unlink()
        before = self.trials()
        done = self.hpopt("run", "--time", "30s", "--metric", "score:max", "--name", "study",
                          "--trials", 6, *self.training(epochs=20, delay=0.03), code=ANSWER)
        self.assertIn("goes on with 'study'", done.stdout)
        after = self.trials()
        self.assertEqual(len(after), 6)
        for old, new in zip(before, after):
            self.assertEqual(old["params"], new["params"])
            self.assertLessEqual({(r["step"], r["score"]) for r in old["reports"]},
                                 {(r["step"], r["score"]) for r in new["reports"]})
        self.assertEqual(len(self.json("list")), 1)

    def test_a_second_interrupt_stops_at_once(self):
        process = self.begin(mode="stubborn")
        self.wait_for_reports(2, process)
        interrupt(process)
        time.sleep(0.3)
        begun = time.monotonic()
        interrupt(process)
        process.communicate(timeout=30)
        self.assertLess(time.monotonic() - begun, 3)
        self.assertEqual(process.returncode, PAUSED)
        self.assertEqual(self.survivors(), [])

    def test_the_time_that_was_used_stays_used(self):
        process = self.begin(time="8s", epochs=1000, delay=0.05)
        self.wait_for(lambda: any(e["what"] == "step" and e["step"] >= 12 for e in self.entries()),
                      "a trial's twelfth step")
        interrupt(process)
        process.communicate(timeout=30)
        used = self.json("status")["time"]["used"]
        self.assertGreater(used, 0.5)
        begun = time.monotonic()
        self.run_study(time="8s", epochs=1000, delay=0.05)
        took = time.monotonic() - begun
        self.assertLess(took, 8 - used + 1.5)
        self.assertGreaterEqual(self.json("status")["time"]["used"], used)

    def test_a_killed_run_goes_on(self):
        process = self.begin("--trials", 5, epochs=20, delay=0.03)
        self.wait_for_reports(6, process)
        process.kill()
        process.communicate()
        before = self.trials()
        status = self.json("status")
        self.assertEqual(status["state"], "paused")
        self.assertEqual(status["trials"]["running"], 0)
        self.assertIn("interrupted", {t["reason"].split(":")[0] for t in before if t["reason"]})
        self.hpopt("run", "--time", "30s", "--metric", "score:max", "--name", "study", "--trials", 5,
                   *self.training(epochs=20, delay=0.03), code=ANSWER)
        after = self.trials()
        self.assertEqual(len(after), 5)
        for old, new in zip(before, after):
            self.assertEqual(old["params"], new["params"])


class Reusing(HpoptCase):
    WORDS = ("--trials", 3)

    def setUp(self):
        super().setUp()
        self.run_study(*self.WORDS, time="30s")
        self.first = self.json("status")

    def again(self, *words, time="30s", code=ANSWER, **training):
        return self.run_study(*words, *self.WORDS, time=time, code=code, **training)

    def starts(self):
        return sum(e["what"] == "start" for e in self.entries())

    def test_a_finished_study_is_reused_where_nobody_can_be_asked(self):
        before = self.starts()
        done = self.again()
        self.assertIn("finished", done.stdout)
        self.assertIn("best score", done.stdout)
        self.assertEqual(self.starts(), before)
        self.assertEqual(done.stdout.count("is finished"), 1, done.stdout)
        done = self.hpopt("run", "--reuse", "--metric", "score:max", "--name", "study", "--trials", 9,
                          *self.training(), code=ANSWER)
        self.assertIn("it was run with --trials 3", done.stdout)
        self.assertEqual(self.starts(), before)

    def test_reuse_needs_no_time(self):
        before = self.starts()
        self.hpopt("run", "--reuse", "--metric", "score:max", "--name", "study", *self.training(),
                   code=ANSWER)
        self.assertEqual(self.starts(), before)

    def test_fresh_starts_over_from_nothing_and_keeps_the_old_one(self):
        self.again("--fresh")
        studies = self.json("list")
        self.assertEqual(len(studies), 2)
        self.assertEqual(len(self.json("trials", self.first["id"])), 3)
        self.assertNotEqual(self.json("status")["id"], self.first["id"])

    def test_restart_begins_with_the_best_of_the_old_one(self):
        self.again("--restart")
        best = self.json("best", self.first["id"])
        self.assertIn(best["params"]["x"], [t["params"]["x"] for t in self.json("trials")])

    def test_extend_adds_time(self):
        self.again("--extend", "5s")
        self.assertEqual(self.json("status")["time"]["budget"], 35)
        self.assertEqual(self.json("status")["id"], self.first["id"])

    def test_a_larger_time_means_that_total(self):
        self.again(time="40s")
        self.assertEqual(self.json("status")["time"]["budget"], 40)

    def test_flags_that_contradict_each_other(self):
        done = self.again("--fresh", "--reuse", code=WRONG_USE)
        self.assertIn("contradict", done.stderr)

    def test_another_command_is_another_study_and_says_what_differs(self):
        done = self.again(epochs=7)
        self.assertIn("5", done.stdout)
        self.assertIn("7", done.stdout)
        self.assertEqual(len(self.json("list")), 2)

    def test_a_script_that_changed_is_not_reused_silently(self):
        script = self.folder / "train.py"
        script.write_text("import sys\nprint('score:', float(sys.argv[1]))\n")
        words = ["run", "--time", "20s", "--trials", 2, "--metric", "score:max", "--", sys.executable,
                 "train.py", "~x:float(0,1)"]
        self.hpopt(*words, code=ANSWER)
        script.write_text("import sys\nprint('score:', 1 + float(sys.argv[1]))\n")
        done = self.hpopt(*words, code=ANSWER)
        self.assertIn("train.py", done.stdout)
        self.assertIn("changed", done.stdout)
        self.assertGreater(self.json("best")["score"], 1)

    def ask(self, typed):
        """Runs it on a terminal, types the answer to the question; gives what was shown."""
        master, slave = pty.openpty()
        command = [HPOPT, "run", "--time", "30s", "--metric", "score:max", "--name", "study", "--trials",
                   "3", *self.training()]
        process = subprocess.Popen(command, cwd=self.folder, env=environment(TERM="dumb"), stdin=slave,
                                   stdout=slave, stderr=slave, close_fds=True)
        os.close(slave)
        self.addCleanup(self.end_process, process)
        shown = ""
        end = time.monotonic() + 40
        while time.monotonic() < end:
            ready, _, _ = select.select([master], [], [], 0.2)
            if ready:
                try:
                    chunk = os.read(master, 65536).decode(errors="replace")
                except OSError:
                    break
                if not chunk:
                    break
                shown += chunk
            if typed is not None and shown.rstrip().endswith("[r]"):
                os.write(master, typed.encode())
                typed = None
        process.wait(timeout=20)
        os.close(master)
        return process.returncode, shown

    @staticmethod
    def end_process(process):
        if process.poll() is None:
            process.kill()
            process.wait()

    def test_a_terminal_is_asked_and_reuses(self):
        before = self.starts()
        code, shown = self.ask("r\n")
        self.assertEqual(code, ANSWER, shown)
        self.assertIn("is finished", shown)
        self.assertIn("start over", shown)
        self.assertEqual(self.starts(), before)

    def test_a_terminal_is_asked_and_extends(self):
        code, shown = self.ask("e 3s\n")
        self.assertEqual(code, ANSWER, shown)
        self.assertEqual(self.json("status")["time"]["budget"], 33)

    def test_a_terminal_is_asked_and_starts_over(self):
        code, shown = self.ask("f\n")
        self.assertEqual(code, ANSWER, shown)
        self.assertEqual(len(self.json("list")), 2)


if __name__ == "__main__":
    unittest.main()
