"""Trainers that do what no training should: each run ends in time, with its answer, and leaves nothing.

The promise is T + 1 s; several runs share the machine here, and what is measured holds the start of
the process and the look around, so the bound of these tests is T + 2.5 s.
"""

import concurrent.futures
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import unittest

from harness import ANSWER, HPOPT, NO_ANSWER, STORE_FAILED

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "hostile"))

import outside  # noqa: E402

LATE = 2.5
AT_ONCE = 6
MOST_MEMORY = 192 << 10  # KiB, of hpopt itself
SILENT = {"never_reports", "ends_without_a_score"}


def run(kinds, seconds, workers, seed):
    with tempfile.TemporaryDirectory(prefix="hpopt-e2e-") as name:
        folder = pathlib.Path(name).resolve()
        command = [
            HPOPT, "run", "--name", "hostile", "--metric", "score:max", "--time", f"{seconds}s",
            "--workers", str(workers), "--seed", str(seed),
            "--", sys.executable, outside.MIX, "--x", "~float(0,1)"]
        return outside.watch(command, folder, kinds, limit=seconds + 20)


class Hostile(unittest.TestCase):
    def check(self, seen, kinds, seconds):
        self.assertLess(seen.ended, seconds + LATE, seen.output)
        self.assertLess(seen.gone, seconds + LATE, "something outlived it")
        self.assertEqual(seen.left, [])
        self.assertLess(seen.peak_kib, MOST_MEMORY)
        if seen.reported:
            codes = {ANSWER, STORE_FAILED} if outside.STORE_BREAKERS & {*kinds} else {ANSWER}
            self.assertIn(seen.code, codes, seen.output)
            self.assertIn("best score", seen.output)
        else:
            self.assertEqual(seen.code, NO_ANSWER, seen.output)
            self.assertIn("metric 'score' was never printed", seen.output)

    def check_all(self, cases):
        """Each: its kinds, seconds, workers and seed."""
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            runs = [(case, pool.submit(run, *case)) for case in cases]
            for case, done in runs:
                with self.subTest(kinds=case[0], seconds=case[1], workers=case[2], seed=case[3]):
                    self.check(done.result(), case[0], case[1])
                    self.assertEqual(done.result().reported, not SILENT.issuperset(case[0]))

    def test_each_kind_alone(self):
        self.check_all([([kind], 2, 2, 1) for kind in outside.kinds()])

    def test_kinds_mixed_at_random(self):
        rng = random.Random(6)
        names = sorted(outside.kinds().keys() - SILENT)
        self.check_all([(rng.sample(names, rng.randint(2, 3)), round(rng.uniform(2, 3), 1),
                         rng.randint(1, 4), rng.randrange(1000)) for _ in range(20)])


class TheEye(unittest.TestCase):
    """What is said not to be left would have been seen."""

    DAEMONS = ("daemonizes", "keeps_pipes_open", "renames_itself", "runs_away")
    LEADERS = ("blocks_signals", "ends_its_main_thread", "stops_itself", "waits_in_vfork")

    def test_sees_what_hides(self):
        kinds = self.DAEMONS + self.LEADERS
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for kind, found in zip(kinds, pool.map(self.find, kinds)):
                with self.subTest(kind=kind):
                    self.assertNotEqual(found, [])

    def find(self, kind):
        """What lives when the trainer was let alone for a while; of daemons, without their leader."""
        with tempfile.TemporaryDirectory(prefix="hpopt-e2e-") as name:
            folder = pathlib.Path(name).resolve()
            leader = subprocess.Popen(
                [sys.executable, str(outside.HERE / f"{kind}.py"), "--x", "0.1"], cwd=folder,
                env=outside.environment(folder, [kind]), stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL)
            try:
                time.sleep(2)
                if kind in self.DAEMONS:
                    leader.kill()
                    leader.wait()
                return outside.processes(folder)
            finally:
                outside.end_all(folder)
                leader.wait()


if __name__ == "__main__":
    unittest.main()
