"""The time is kept, whatever the trainers do.

The promise is T + 1 s; starting the process and reading its output are in what is measured here, so
the bound of these tests is T + 1.5 s.
"""

import time
import unittest

from harness import ANSWER, HpoptCase

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


if __name__ == "__main__":
    unittest.main()
