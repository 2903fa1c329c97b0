"""Ctrl-Z, a machine that sleeps, and a wall clock that somebody sets."""

import datetime
import os
import pathlib
import signal
import subprocess
import time
import unittest

from harness import ANSWER, PAUSED, SANITIZED, HpoptCase

LATE = 1.5
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"


def state_of(pid):
    """"T" when it is stopped."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def descendants(pid):
    found = []
    for child in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        for number in child.read_text().split():
            found += [int(number), *descendants(int(number))]
    return found


class Clocks(HpoptCase):
    def begin(self, seconds, *words, **changes):
        process = self.start("run", *words, "--metric", "score:max", "--name", "study", "--workers", 2,
                             *(("--time", f"{seconds}s") if seconds else ()),
                             *self.training(epochs=10000, delay=0.05), **changes)
        self.wait_for_reports(6, process)
        return process

    def signal_all(self, process, number):
        """What a machine that falls asleep or wakes up does to hpopt and all that it started."""
        members = [process.pid, *descendants(process.pid)]
        for pid in members if number == signal.SIGSTOP else reversed(members):
            os.kill(pid, number)

    def test_ctrl_z_freezes_the_trials_and_the_time(self):
        begun = time.monotonic()
        process = self.begin(6)
        process.send_signal(signal.SIGTSTP)
        self.wait_for(lambda: state_of(process.pid) == "T", "hpopt to stop")
        trainers = self.survivors()
        self.assertGreater(len(trainers), 0)
        used = self.json("status")["time"]["used"]
        steps = len(self.entries())
        time.sleep(4)
        self.assertEqual(len(self.entries()), steps, "nobody works")
        self.assertEqual(self.survivors(), trainers, "nothing is lost")
        self.assertLess(self.json("status")["time"]["used"], used + 1)
        process.send_signal(signal.SIGCONT)
        self.wait_for(lambda: len(self.entries()) > steps, "it to go on")
        text, _ = process.communicate(timeout=20)
        self.assertEqual(process.returncode, ANSWER, text)
        self.assertIn("suspended", text)
        took = time.monotonic() - begun
        self.assertGreater(took, 8, "the time stood still")
        self.assertLess(took, 6 + 4 + LATE + 1)
        self.assertLess(self.json("status")["time"]["used"], 6.5)
        self.assertEqual(self.survivors(), [])

    def test_a_machine_that_sleeps_for_a_while(self):
        process = self.begin(6)
        self.signal_all(process, signal.SIGSTOP)
        steps = len(self.entries())
        time.sleep(1.5)
        self.assertEqual(len(self.entries()), steps)
        self.signal_all(process, signal.SIGCONT)
        text, _ = process.communicate(timeout=20)
        self.assertEqual(process.returncode, ANSWER, text)
        self.assertGreater(len(self.entries()), steps)
        self.assertEqual(self.survivors(), [])

    def test_a_machine_that_wakes_after_the_deadline(self):
        process = self.begin(3)
        self.signal_all(process, signal.SIGSTOP)
        time.sleep(4)
        self.signal_all(process, signal.SIGCONT)
        woke = time.monotonic()
        text, _ = process.communicate(timeout=20)
        self.assertLess(time.monotonic() - woke, LATE)
        self.assertEqual(process.returncode, ANSWER, text)
        self.assertIn("best score", text)
        self.assertEqual(self.survivors(), [])

    def test_the_trials_end_in_time_though_hpopt_is_stopped(self):
        begun = time.monotonic()
        process = self.begin(3)
        process.send_signal(signal.SIGSTOP)
        time.sleep(max(0, begun + 3 + LATE - time.monotonic()))
        self.assertEqual(self.survivors(), [])
        process.send_signal(signal.SIGCONT)
        text, _ = process.communicate(timeout=20)
        self.assertEqual(process.returncode, ANSWER, text)
        self.assertIn("best score", text)

    @unittest.skipIf(SANITIZED, "a sanitized program takes no preloaded clock")
    def test_a_time_of_day_is_kept_by_the_wall_clock(self):
        offset = self.folder / "offset"
        offset.write_text("+0\n")
        until = datetime.datetime.now() + datetime.timedelta(seconds=120)
        process = self.begin(None, "--until", until.strftime("%H:%M:%S"), LD_PRELOAD=FAKETIME,
                             FAKETIME_TIMESTAMP_FILE=str(offset), FAKETIME_NO_CACHE="1",
                             FAKETIME_DONT_FAKE_MONOTONIC="1")
        offset.write_text("-3600\n")
        time.sleep(1)
        self.assertIsNone(process.poll(), "a clock that is set back ends nothing")
        offset.write_text("+100\n")
        time.sleep(1)
        self.assertIsNone(process.poll(), "there is time left")
        offset.write_text("+121\n")
        set_forth = time.monotonic()
        text, _ = process.communicate(timeout=20)
        self.assertLess(time.monotonic() - set_forth, LATE)
        self.assertEqual(process.returncode, PAUSED, text)
        self.assertIn("best score", text)
        self.assertEqual(self.survivors(), [])

    def test_a_time_of_day_alone_ends_the_study_whatever_the_part_of_the_second(self):
        for part in (0.1, 0.75):
            self.diary = self.folder / f"diary-{part}.jsonl"
            time.sleep((part - time.time()) % 1)
            until = datetime.datetime.now() + datetime.timedelta(seconds=3)
            words = ("run", "--until", until.strftime("%H:%M:%S"), "--metric", "score:max",
                     "--name", f"at-{part}", *self.training(epochs=10000, delay=0.05))
            done = self.hpopt(*words, code=ANSWER)
            self.assertIn("best score", done.stdout)
            self.assertEqual(self.json("status", f"at-{part}")["state"], "finished")
            again = self.hpopt(*words, code=ANSWER, timeout=10)
            self.assertIn("best score", again.stdout, "the answer is reused, not run until tomorrow")

    @unittest.skipIf(SANITIZED, "a sanitized program takes no preloaded clock")
    def test_a_wall_clock_that_jumps_moves_no_deadline(self):
        offset = self.folder / "offset"
        offset.write_text("+0\n")
        begun = time.monotonic()
        process = self.begin(4, LD_PRELOAD=FAKETIME, FAKETIME_TIMESTAMP_FILE=str(offset),
                             FAKETIME_NO_CACHE="1", FAKETIME_DONT_FAKE_MONOTONIC="1")
        offset.write_text("+86400\n")
        time.sleep(0.5)
        offset.write_text("-86400\n")
        text, _ = process.communicate(timeout=20)
        took = time.monotonic() - begun
        self.assertEqual(process.returncode, ANSWER, text)
        self.assertLess(took, 4 + LATE)
        self.assertGreater(took, 3)


if __name__ == "__main__":
    unittest.main()
