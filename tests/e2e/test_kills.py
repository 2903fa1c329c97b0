"""Twenty kills at random instants: no acknowledged report is lost, none is invented."""

import random
import time
import unittest

from harness import ANSWER, HpoptCase

KILLS = 20
BEAT = 1  # seconds


class Kills(HpoptCase):
    def reports(self):
        trials = self.json("trials")
        return {(t["trial"], r["step"]): r["score"] for t in trials for r in t["reports"]}

    def acknowledged(self):
        return {(e["trial"], e["step"]): e["score"] for e in self.entries() if e["what"] == "acknowledged"}

    def command(self):
        return ("run", "--time", "300s", "--metric", "score:max", "--name", "study", "--workers", 2,
                *self.training(mode="asks", epochs=30, delay=0.02))

    def test_no_acknowledged_report_is_lost(self):
        rng = random.Random(20)
        lived = 0
        watched = 0
        for kill in range(KILLS):
            began = time.monotonic()
            process = self.start(*self.command())
            before = len(self.acknowledged())
            if kill % 2 == 0:  # every other one in the middle of work, the rest at any instant
                self.wait_for(lambda: len(self.acknowledged()) > before + 3 or process.poll() is not None,
                              "some reports")
            seen = time.monotonic()
            time.sleep(rng.uniform(0, 0.3))
            self.assertIsNone(process.poll(), "it still runs")
            process.kill()
            process.communicate()
            lived += time.monotonic() - began
            watched += time.monotonic() - seen if kill % 2 == 0 else 0
            known = self.reports() if self.acknowledged() else {}
            for place, score in self.acknowledged().items():
                self.assertIn(place, known, f"lost after kill {kill + 1}")
                self.assertEqual(known[place], score)
        written = {(e["trial"], e["step"]) for e in self.entries() if e["what"] == "step"}
        self.assertLessEqual(set(self.reports()), written, "nothing is invented")
        self.assertGreater(len(self.acknowledged()), 2 * KILLS)

        began = time.monotonic()
        process = self.start(*self.command())
        self.wait_for(lambda: len(self.reports()) > len(written), "it to go on")
        used = self.json("status")["time"]["used"]
        lived += time.monotonic() - began
        self.assertGreater(used, watched, "a kill makes no time free")
        self.assertLess(used, lived + (KILLS + 1) * BEAT, "and costs a beat at most")
        self.hpopt("stop", "study", code=ANSWER)
        process.communicate(timeout=20)
        self.assertEqual(process.returncode, ANSWER)
        for place, score in self.acknowledged().items():
            self.assertEqual(self.reports().get(place), score)


if __name__ == "__main__":
    unittest.main()
