"""The sweep files of examples/sweeps run as they are."""

import unittest

from harness import ANSWER, ROOT, HpoptCase


class Sweeps(HpoptCase):
    def sweep(self, name, seconds="8s"):
        done = self.hpopt("run", "--time", seconds, "--storage", self.folder / "store",
                          ROOT / "examples" / "sweeps" / f"{name}.yaml", cwd=ROOT, code=ANSWER)
        where = ("--storage", self.folder / "store")
        trials = self.json("trials", *where)
        failed = [t for t in trials if t["state"] in ("failed", "diverged", "out_of_memory")]
        self.assertEqual(failed, [], done.stdout)
        return self.json("best", *where), trials

    def test_grid(self):
        best, trials = self.sweep("grid", "60s")
        self.assertEqual(len(trials), 18)
        configurations = {tuple(sorted(t["params"].items())) for t in trials}
        self.assertEqual(len(configurations), 18)
        self.assertEqual(best["params"]["kernel"], "rbf")

    def test_random(self):
        best, trials = self.sweep("random")
        self.assertLessEqual(len(trials), 30)
        self.assertEqual(len(trials[0]["params"]), 13)
        self.assertLess(best["score"], 1)

    def test_bayes_hyperband(self):
        best, trials = self.sweep("bayes-hyperband", "20s")
        self.assertGreater(best["score"], 0.8)
        self.assertTrue(any(t["state"] in ("stopped", "paused") for t in trials) or len(trials) < 6)

    def test_nested(self):
        best, _ = self.sweep("nested", "20s")
        self.assertIn("optimizer.lr", best["params"])

    def test_overrides(self):
        best, trials = self.sweep("overrides")
        self.assertLess(best["score"], 60)
        self.assertIn("x1", trials[0]["params"])


if __name__ == "__main__":
    unittest.main()
