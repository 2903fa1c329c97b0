"""What tests of trainers with several ranks share."""

import pathlib
import sys
import time

from harness import ANSWER, HERE, HpoptCase

PYTHON = "/usr/bin/python3" if pathlib.Path("/usr/bin/python3").exists() else sys.executable
RANK = str(HERE / "rank.py")
RANKS = 2
LATE = 1.0


class Ranks(HpoptCase):
    LAUNCHER = ()
    MORE = ()
    KINDS = ("auto", "sweeps")

    def begin(self, kind, seconds):
        self.diary.unlink(missing_ok=True)
        return self.start("run", "--time", f"{seconds}s", "--metric", "score:max", "--name", "study", "--fresh",
                          "--workers", 1, "--containment", kind, "--", PYTHON, *self.LAUNCHER, RANK, "--x",
                          "~float(0,1)", "--diary", self.diary, *self.MORE)

    def processes(self, own):
        """All that have the diary in their command but hpopt itself: launchers, ranks, what they forked."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            if entry.name.isdigit() and str(self.diary) in words and RANK in words and int(entry.name) != own:
                if "--containment" not in words:  # the shim has the words of hpopt
                    found.append(int(entry.name))
        return found

    def wait_for_all_ranks(self, process):
        def working():
            if process.poll() is not None:
                self.fail(process.communicate()[0])
            text = self.diary.read_text() if self.diary.exists() else ""
            return all(f"{rank} 2\n" in text for rank in range(RANKS))
        self.wait_for(working, "the ranks to work", seconds=60)
        self.assertGreaterEqual(len(self.processes(process.pid)), 1 + 2 * RANKS)

    def check_the_deadline(self, seconds):
        for kind in self.KINDS:
            with self.subTest(kind):
                begun = time.monotonic()
                process = self.begin(kind, seconds)
                self.wait_for_all_ranks(process)
                text = process.communicate(timeout=seconds + 30)[0]
                took = time.monotonic() - begun
                self.assertEqual(self.processes(process.pid), [])
                self.assertEqual(process.returncode, ANSWER, text)
                self.assertLess(took, seconds + LATE + 1)  # and the start of hpopt on a busy machine

    def check_a_killed_run(self):
        for kind in self.KINDS:
            with self.subTest(kind):
                process = self.begin(kind, 120)
                self.wait_for_all_ranks(process)
                process.kill()
                process.communicate()
                self.wait_for(lambda: not self.processes(process.pid), "the ranks to be gone")
