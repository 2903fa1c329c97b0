"""The time is kept, whatever the trainers do.

The promise is T + 1 s; starting the process and reading its output are in what is measured here, so
the bound of these tests is T + 1.5 s.
"""

import fcntl
import os
import subprocess
import time
import unittest

from harness import ANSWER, HPOPT, HpoptCase, environment

LATE = 1.5


class Deadline(HpoptCase):
    def timed(self, seconds, **training):
        begun = time.monotonic()
        done = self.run_study(time=f"{seconds}s", code=None, **training)
        took = time.monotonic() - begun
        self.assertLess(took, seconds + LATE, done.stdout)
        self.assertEqual(done.returncode, ANSWER, done.stdout + done.stderr)
        self.assertIn("best score", done.stdout)
        self.assertEqual(self.survivors(), [])
        status = self.json("status")
        self.assertEqual(status["state"], "finished")
        self.assertIsNotNone(status["best"])
        return took

    def test_of_trainers_that_behave(self):
        took = self.timed(4)
        self.assertGreater(took, 2, "the time is used")

    def test_of_trainers_that_hang(self):
        self.timed(4, mode="hang")

    def test_of_trainers_that_ignore_every_signal_and_leave_daemons(self):
        self.timed(4, mode="stubborn")

    def test_of_a_long_training(self):
        self.timed(3, epochs=10000, delay=0.2)

    def test_of_a_reader_that_reads_nothing(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        fcntl.fcntl(writer, fcntl.F_SETFL, os.O_NONBLOCK)
        with self.assertRaises(BlockingIOError):
            while True:
                os.write(writer, b"x" * 4096)
        fcntl.fcntl(writer, fcntl.F_SETFL, 0)
        command = [HPOPT, "run", "--time", "2s", "--metric", "score:max", "--name", "study",
                   *self.training()]
        process = subprocess.Popen(command, cwd=self.folder, env=environment(), stdin=subprocess.DEVNULL,
                                   stdout=writer, stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (process.kill(), process.wait()))
        os.close(writer)
        self.assertEqual(process.wait(timeout=20), ANSWER)


if __name__ == "__main__":
    unittest.main()
