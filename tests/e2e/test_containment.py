"""What is left of trials when hpopt, or what guards them, is killed, in each kind of containment."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import unittest

from harness import ANSWER, HPOPT, TRAINER, WRONG_USE, HpoptCase, environment

KINDS = ("auto", "cgroup", "namespace", "sweeps")


def children(process):
    """The direct ones, with their names."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit():
                name, _, rest = (entry / "stat").read_text().partition(") ")
                if rest.split()[1] == str(process) and rest.split()[0] not in "ZX":
                    found[int(entry.name)] = name.partition("(")[2]
        except OSError:
            pass
    return found


class Containment(HpoptCase):
    def begin(self, kind, *words, time="60s", **training):
        return self.start("run", "--time", time, "--metric", "score:max", "--name", "study", "--containment", kind,
                          *words, *self.training(**training))

    def kinds(self):
        """Those that this machine has."""
        for kind in KINDS:
            done = self.hpopt("check", "--containment", kind, "--", "true")
            if "can't be had" in done.stderr:
                print(f"no containment of the kind {kind} here: {done.stderr}", file=sys.stderr)
            else:
                yield kind

    def test_what_is_asked_for_and_cannot_be_had_is_said(self):
        done = self.hpopt("run", "--time", "9s", "--metric", "a:max", "--containment", "chains", "--", "true",
                          code=WRONG_USE)
        self.assertIn("auto|cgroup|namespace|sweeps", done.stderr.replace(", ", "|"))

    def test_sweeps_say_that_they_are_best_effort(self):
        done = self.run_study("--containment", "sweeps", "--trials", 1)
        self.assertIn("best effort", done.stdout)
        done = self.run_study("--trials", 1, "--restart")
        if "sweeps" not in self.hpopt("doctor").stdout:
            self.assertNotIn("best effort", done.stdout)

    def test_nothing_outlives_a_killed_run(self):
        for kind in self.kinds():
            with self.subTest(kind):
                process = self.begin(kind, "--fresh", "--workers", 2, mode="stubborn")
                self.wait_for(lambda: len(self.survivors()) >= 2, "trainers")
                process.kill()
                process.communicate()
                self.wait_for(lambda: not self.survivors(), "the trainers to be gone")

    def test_the_deadline_is_kept_while_the_run_is_stopped(self):
        for kind in self.kinds():
            with self.subTest(kind):
                process = self.begin(kind, "--fresh", time="3s", mode="stubborn")
                self.wait_for_reports(2, process)
                process.send_signal(signal.SIGSTOP)
                self.wait_for(lambda: set(self.survivors()) <= {process.pid}, "the trainers to be gone")
                process.send_signal(signal.SIGCONT)
                text = process.communicate(timeout=20)[0]
                self.assertNotIn("failed", text)
                self.diary.unlink()

    def test_a_killed_guard_costs_no_trial(self):
        process = self.begin("auto", "--trials", 2, "--workers", 1, epochs=10, delay=0.05)
        self.wait_for_reports(3, process)
        shims = [child for child, name in children(process.pid).items() if name == "hpopt-shim"]
        if not shims:
            self.skipTest("this machine has no PID namespaces")
        os.kill(shims[0], signal.SIGKILL)
        self.assertEqual(process.wait(60), ANSWER, process.stdout.read())
        trials = self.trials()
        self.assertEqual([trial["state"] for trial in trials], ["complete", "complete"])
        self.assertIn("interrupted: what contains", self.hpopt("why", 1, code=ANSWER).stdout)


@unittest.skipUnless(os.geteuid() == 0, "the other tests ran as an ordinary user")
class OrdinaryUser(HpoptCase):
    """The same program without root, after a real change of user."""

    NOBODY = 65534

    def setUp(self):
        super().setUp()
        self.folder.chmod(0o777)
        self.program = shutil.copy(HPOPT, self.folder)  # ours may lie where nobody may look
        self.trainer = shutil.copy(TRAINER, self.folder)

    def start_as_nobody(self, *words):
        process = subprocess.Popen(
            [self.program, *map(str, words)], cwd=self.folder, env=environment(HOME=str(self.folder)),
            user=self.NOBODY, group=self.NOBODY, extra_groups=[], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(self.end, process)
        return process

    def begin(self, *words, time="60s"):
        return self.start_as_nobody(
            "run", "--time", time, "--metric", "score:max", "--workers", 2, *words, "--", "/usr/bin/python3",
            self.trainer, "--x", "~float(0,1)", "--mode", "stubborn", "--diary", self.diary)

    def alive(self):
        return [pid for pid in self.processes() if self.owner(pid) == self.NOBODY]

    @staticmethod
    def processes():
        return [int(entry.name) for entry in pathlib.Path("/proc").iterdir() if entry.name.isdigit()]

    def owner(self, pid):
        """Of a live process of this test's trainers."""
        entry = pathlib.Path(f"/proc/{pid}")
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            return entry.stat().st_uid if self.trainer in words and state != "Z" else None
        except OSError:
            return None

    def test_nothing_outlives_a_killed_run(self):
        for words in ((), ("--containment", "sweeps")):
            with self.subTest(words):
                process = self.begin("--fresh", *words)
                self.wait_for(lambda: len(self.alive()) >= 2, "trainers")
                process.kill()
                process.communicate()
                self.wait_for(lambda: not self.alive(), "the trainers to be gone")

    def test_the_deadline_is_kept(self):
        process = self.begin(time="3s")
        self.wait_for(self.alive, "trainers")
        process.communicate(timeout=30)
        self.assertEqual(self.alive(), [])

    def test_the_doctor_tells_what_there_is(self):
        text = self.start_as_nobody("doctor").communicate(timeout=30)[0]
        self.assertRegex(text, r"containment +(cgroup|pid namespace|sweeps)")
