"""Kills at random instants and at chosen ones: nothing acknowledged is lost, nothing is doubled."""

import concurrent.futures
import pathlib
import random
import signal
import tempfile
import time
import unittest

import scenes
import victims
import witness
from harness import ANSWER, HPOPT, PAUSED, HpoptCase

KILLS = 20
BEAT = 1  # seconds
LIBRARY = pathlib.Path(HPOPT).parent / "libkill_at_operation.so"


class Kills(HpoptCase):
    def command(self):
        return ("run", "--time", "300s", "--metric", "score:max", "--name", "study", "--workers", 2,
                *self.training(mode="asks", epochs=30, delay=0.02))

    def account(self):
        """None: it was killed before there was a study."""
        try:
            account = witness.Account(self.folder / ".hpopt" / "journal.db")
        except witness.NoStudy:
            return None
        return account if account.studies else None

    def acknowledged(self):
        return len(witness.acknowledged(self.entries()))

    def entries(self):
        return witness.read_diary(self.diary)

    def assert_sound(self, when):
        """What must hold at any instant."""
        account = self.account()
        diary = self.entries()
        if account is None:
            self.assertEqual(diary, [], when)
            return
        known = witness.scores(self.json("trials"))
        wrong = witness.lost(diary, known) + witness.doubled(diary) + account.broken()
        self.assertEqual(wrong, [], when)

    def assert_replayed(self):
        done = self.hpopt("replay", "study")
        self.assertEqual(done.returncode, ANSWER, done.stdout + done.stderr)

    def test_whoever_is_killed_the_study_goes_on(self):
        """hpopt, a worker, or all of them, in the middle of work and at any instant."""
        rng = random.Random(20)
        kinds = [victims.HPOPT, victims.ALL, victims.WORKER]
        lived = watched = deaths = 0
        process = None
        for kill in range(KILLS):
            if process is None:
                process, began = self.start(*self.command()), time.monotonic()
            victim = kinds[kill % len(kinds)]
            if kill % 4 != 0:
                before = self.acknowledged()
                self.wait_for(lambda: self.acknowledged() > before + 2 or process.poll() is not None,
                              f"reports before kill {kill + 1}")
            time.sleep(rng.uniform(0, 0.2))
            self.assertIsNone(process.poll(), f"it runs before kill {kill + 1}")
            victims.kill(process.pid, victim)
            if victim in (victims.HPOPT, victims.ALL):
                process.communicate()
                lived += time.monotonic() - began
                account = self.account()
                opened = account.sessions().get(process.pid) if account else None
                watched += time.monotonic() - opened if opened else 0
                deaths += 1
                process = None
            self.assert_sound(f"after kill {kill + 1}, of {victim}")
        self.finish(process, lived, watched, deaths)

    def finish(self, process, lived, watched, deaths):
        began = time.monotonic()
        before = self.acknowledged()
        process = process or self.start(*self.command())
        self.wait_for(lambda: self.acknowledged() > before + 2, "it to go on")
        self.hpopt("stop", "study", code=ANSWER)
        process.communicate(timeout=20)
        self.assertEqual(process.returncode, ANSWER)
        lived += time.monotonic() - began
        self.assert_sound("at the end")
        self.assert_replayed()
        self.assertEqual(self.account().unexplained(self.entries()), [])
        used = self.account().spent
        self.assertGreater(used, watched, "a kill makes no time free")
        self.assertLess(used, lived + (deaths + 1) * BEAT, "and costs a beat at most")
        self.assertGreater(self.acknowledged(), KILLS)
        self.wait_for(lambda: not self.survivors(), "the trainers to be gone")

    def test_a_worker_that_is_killed_costs_at_most_its_trial(self):
        process = self.start(*self.command())
        for _ in range(3):
            before = self.acknowledged()
            self.wait_for(lambda: self.acknowledged() > before + 2, "reports")
            victims.kill(process.pid, victims.WORKER)
        before = self.acknowledged()
        self.wait_for(lambda: self.acknowledged() > before + 5, "others to go on")
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        self.assert_sound("after three kills")
        self.assert_replayed()

    def test_a_shim_that_is_killed_is_replaced(self):
        """All trials die with it: they were interrupted, and haven't failed."""
        if "pid namespace" not in self.hpopt("doctor").stdout:
            self.skipTest("this machine has no PID namespaces")
        process = self.start(*self.command())
        for _ in range(3):
            before = self.acknowledged()
            self.wait_for(lambda: self.acknowledged() > before + 2, "reports")
            self.assertTrue(victims.kill(process.pid, victims.SHIM))
        before = self.acknowledged()
        self.wait_for(lambda: self.acknowledged() > before + 5, "trials to go on in a new one")
        process.send_signal(signal.SIGINT)
        text, _ = process.communicate(timeout=20)
        self.assertEqual(process.returncode, PAUSED, text)
        self.assert_sound("after three kills")
        self.assert_replayed()
        trials = self.json("status")["trials"]
        self.assertEqual((trials["failed"], trials["out_of_memory"]), (0, 0), text)


class ChosenInstants(unittest.TestCase):
    """The same at operations on the journal, evenly chosen; bench/kill tries every one."""

    INSTANTS = 4  # of each scene

    def test_every_scene_comes_to_its_right_end(self):
        self.assertTrue(LIBRARY.exists(), "the library that kills is built with the tests")
        with concurrent.futures.ThreadPoolExecutor(2) as lanes:
            wrong = [line for lines in lanes.map(self.play, scenes.SCENES) for line in lines]
        self.assertEqual(wrong, [])

    def play(self, scene):
        wrong = []
        with tempfile.TemporaryDirectory(prefix="hpopt-e2e-") as folder:
            stage = scenes.Stage(HPOPT, LIBRARY, folder)
            operations = stage.count(scene)
            for i in range(self.INSTANTS):
                wrong += stage.play(scene, 1 + (2 * i + 1) * operations // (2 * self.INSTANTS)).wrong
        return wrong


if __name__ == "__main__":
    unittest.main()
