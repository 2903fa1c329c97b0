"""What the end-to-end tests share: a folder of their own, the program, and trainers."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
HPOPT = os.environ.get("HPOPT", str(ROOT / "build" / "dev" / "bin" / "hpopt"))
TRAINER = str(HERE / "trainer.py")
# Its runtime must be the first library, and has memory of its own.
SANITIZED = os.environ.get("SANITIZED") == "1"

ANSWER, NO_ANSWER, WRONG_USE, PAUSED, STORE_FAILED = range(5)


def environment(**changes):
    """Ours without what would change how hpopt looks or where it stores."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HPOPT_") and k != "NO_COLOR"}
    kept.update({"LC_ALL": "C.UTF-8", "TERM": "xterm"})
    kept.update(changes)
    return kept


class HpoptCase(unittest.TestCase):
    """Each test has a working directory of its own, removed with all that it holds."""

    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="hpopt-e2e-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.diary = self.folder / "diary.jsonl"

    def hpopt(self, *words, code=None, timeout=60, cwd=None, **changes):
        """Runs hpopt to its end; `code`: the exit code that it must have."""
        done = subprocess.run(
            [HPOPT, *map(str, words)], cwd=cwd or self.folder, env=environment(**changes),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout)
        if code is not None:
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def start(self, *words, program=(HPOPT,), **changes):
        """Starts hpopt and leaves it running; its whole group dies with the test."""
        process = subprocess.Popen(
            [*program, *map(str, words)], cwd=self.folder, env=environment(**changes),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()

    def training(self, *words, mode="curve", epochs=5, delay=0.01):
        """The words of a trainer's command; --x is what varies, the best is at 0.3."""
        return ["--", sys.executable, TRAINER, "--x", "~float(0,1)", "--mode", mode,
                "--epochs", str(epochs), "--delay", str(delay), "--diary", str(self.diary), *words]

    def run_study(self, *words, time="3s", code=ANSWER, **training):
        return self.hpopt("run", "--time", time, "--metric", "score:max", "--name", "study", *words,
                          *self.training(**training), code=code)

    def json(self, *words, code=None):
        done = self.hpopt(*words, "--json", code=code)
        return json.loads(done.stdout)

    def trials(self, *words):
        """By their numbers; `trials --json` has the best first."""
        return sorted(self.json("trials", *words), key=lambda trial: trial["trial"])

    def entries(self):
        """What the trainers themselves wrote down, in order."""
        if not self.diary.exists():
            return []
        lines = self.diary.read_text().split("\n")[:-1]
        return [json.loads(line) for line in lines]

    def wait_for(self, condition, what, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.02)
        self.fail(f"waited {seconds} s for {what}")

    def wait_for_reports(self, count, process):
        def enough():
            if process.poll() is not None:
                self.fail(f"hpopt ended: {process.communicate()[0]}")
            return sum(e["what"] == "step" for e in self.entries()) >= count
        self.wait_for(enough, f"{count} reports")

    def survivors(self):
        """Processes of this test's trainers that still live."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if words[0] != HPOPT and str(self.diary) in words and TRAINER in words and state != "Z":
                found.append(int(entry.name))
        return found


def interrupt(process):
    process.send_signal(signal.SIGINT)
