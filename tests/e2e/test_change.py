"""A study that is there already, and what changed since: the script, the question, the folder."""

import os
import shutil
import signal
import sys
import time
import unittest

from harness import ANSWER, NO_ANSWER, PAUSED, WRONG_USE, HpoptCase

SCRIPT = """
import sys
import time
x = float(sys.argv[1].partition("=")[2])
for epoch in range(1, 4):
    print(f"epoch {epoch} score: {1 - (x - 0.3) ** 2 - 0.5 / epoch} loss: {(x - 0.3) ** 2}")
"""


class ChangeCase(HpoptCase):
    def setUp(self):
        super().setUp()
        self.script = self.folder / "train.py"
        self.script.write_text(SCRIPT)

    def words(self, *flags, argument="--x=~float(0,1)", metric="score:max", trials=8, seconds=40,
              rest=()):
        return ["run", "--name", "study", "--time", f"{seconds}s", "--trials", trials, "--metric", metric,
                *flags, "--", sys.executable, "train.py", argument, *rest]

    def study(self, *flags, code=ANSWER, cwd=None, **change):
        return self.hpopt(*self.words(*flags, **change), code=code, cwd=cwd)

    def xs(self, *words, name="x"):
        return [trial["params"][name] for trial in self.trials(*words)]


class Questions(ChangeCase):
    def test_a_restart_knows_the_old_trials(self):
        self.study()
        old = self.json("status")
        done = self.study("--restart", trials=24)
        self.assertIn("knows 8 of 8 old trials; the best 5 are tried again first", done.stdout)
        self.assertEqual(sorted(self.xs(), key=lambda x: abs(x - 0.3))[:1],
                         sorted(self.xs() + self.xs(old["id"]), key=lambda x: abs(x - 0.3))[:1])
        trials = self.trials()
        self.assertEqual(len(trials), 24)
        best_old = self.json("best", old["id"])["params"]["x"]
        self.assertEqual(trials[0]["params"]["x"], best_old)
        self.assertIn("earlier study", self.hpopt("why", 1).stdout)
        told = "".join(self.hpopt("why", trial).stdout for trial in range(6, 25))
        self.assertIn("old ones included", told)

    def test_a_narrower_range_keeps_what_fits(self):
        self.study()
        fit = sum(x <= 0.5 for x in self.xs())
        done = self.study(argument="--x=~float(0,0.5)")
        self.assertIn("x: float(0, 1) -> float(0, 0.5)", done.stdout)
        self.assertIn(f"knows {fit} of 8 old trials ({8 - fit} do", done.stdout)
        self.assertIn("is outside float(0, 0.5)", done.stdout)
        self.assertTrue(all(x <= 0.5 for x in self.xs()))
        self.assertEqual(len(self.json("list")), 2)

    def test_a_wider_range_keeps_all(self):
        self.study()
        self.assertIn("knows 8 of 8 old trials", self.study(argument="--x=~float(-1,2)").stdout)

    def test_a_parameter_is_followed_to_its_new_name(self):
        self.study()
        renamed = "--rate=~float(0,1)"
        done = self.hpopt(*self.words("--fresh", argument=renamed), code=ANSWER)
        self.assertIn("say --renamed x=rate", done.stdout)
        self.hpopt("delete", "study", "--yes", code=ANSWER)
        done = self.study("--renamed", "x=rate", argument=renamed)
        self.assertIn("x: is called rate now", done.stdout)
        self.assertIn("knows 8 of 8 old trials", done.stdout)
        self.assertEqual(len(self.xs(name="rate")), 8)
        done = self.study("--renamed", "x=speed", argument=renamed, code=WRONG_USE)
        self.assertIn("no parameter is", done.stderr)

    def test_another_constant_makes_scores_incomparable(self):
        self.study(rest=("--data", "a"))
        done = self.study(rest=("--data", "b"))
        self.assertIn("tries the best 5 of 8 old trials again first", done.stdout)
        self.assertIn("the command has changed", done.stdout)

    def test_another_metric_is_known_if_it_was_printed(self):
        self.study()
        done = self.study(metric="loss:min")
        self.assertIn("metric loss: new, minimize", done.stdout)
        self.assertIn("knows 8 of 8 old trials", done.stdout)
        best = self.json("best")
        self.assertEqual(best["score"], min(t["score"] for t in self.trials()))

    def test_a_mistyped_metric_loses_nothing(self):
        self.study(metric="scrore:max", trials=3, code=NO_ANSWER)
        done = self.study(metric="score:max")
        self.assertIn("knows 3 of 3 old trials", done.stdout)

    def test_what_is_to_be_reused_must_be_there(self):
        for flag in (("--reuse",), ("--extend", "5s")):
            done = self.study(*flag, code=WRONG_USE)
            self.assertIn("there is no study 'study'", done.stderr)
            self.assertEqual(self.json("list"), [])

    def test_an_extension_of_another_question_is_refused(self):
        self.study()
        done = self.study("--extend", "5s", argument="--x=~float(0,2)", code=WRONG_USE)
        self.assertIn("another question", done.stderr)
        self.assertIn("--restart", done.stderr)

    def test_an_extension_that_was_killed_extends_once(self):
        self.run_study(time="1s", epochs=1000, delay=0.05)
        words = ["run", "--extend", "40s", "--metric", "score:max", "--name", "study",
                 *self.training(epochs=1000, delay=0.05)]
        for attempt in range(3):
            process = self.start(*words)
            before = len(self.entries())
            self.wait_for(lambda: len(self.entries()) > before, "a trainer at work")
            process.kill()
            shown, _ = process.communicate()
            self.assertEqual(self.json("status")["time"]["budget"], 41)
            self.assertEqual("was extended by 40 s before" in shown, attempt > 0, shown)


class Folders(ChangeCase):
    def test_a_study_goes_on_where_it_was_started_or_here(self):
        store = self.folder / "store"
        home, away = self.folder / "home", self.folder / "away"
        for place in (home, away):
            place.mkdir()
            shutil.copy(self.script, place)
        flags = ("--storage", store)
        self.study(*flags, cwd=home, trials=3)
        done = self.study(*flags, cwd=away, trials=3, seconds=60)
        self.assertIn(f"it runs in {home}, where it was started", done.stdout)
        shutil.rmtree(home)
        done = self.study(*flags, cwd=away, trials=3, seconds=80, code=WRONG_USE)
        self.assertIn("not there any more", done.stderr)
        self.assertIn("--here", done.stderr)
        self.study("--reuse", *flags, cwd=away, trials=3)
        done = self.study("--here", *flags, cwd=away, trials=3, seconds=80)
        self.assertIn("it goes on in this folder", done.stdout)
        done = self.study(*flags, cwd=away, trials=3, seconds=90)
        self.assertNotIn("it runs in", done.stdout)

    def test_another_projects_study_of_the_same_name_is_not_mistaken_for_ours(self):
        store = self.folder / "store"
        theirs, ours = self.folder / "theirs", self.folder / "ours"
        for place, best in ((theirs, "0.3"), (ours, "0.7")):
            place.mkdir()
            (place / "train.py").write_text(SCRIPT.replace("0.3", best))
        flags = ("--storage", store)
        self.study(*flags, cwd=theirs, trials=3)
        done = self.study(*flags, cwd=ours, trials=3)
        self.assertIn(f"train.py in this folder is not the one in {theirs}", done.stdout)
        self.assertIn("new study", done.stdout)


class Removing(ChangeCase):
    def size(self, *parts):
        return (self.folder / ".hpopt").joinpath(*parts)

    def test_a_study_is_deleted_with_its_folders(self):
        self.study(trials=3)
        first = self.json("status")["id"]
        self.study("--fresh", trials=3)
        second = self.json("status")["id"]
        done = self.hpopt("delete", "study", code=WRONG_USE)
        self.assertIn("--yes", done.stderr)
        self.hpopt("delete", second, "--dry-run", code=ANSWER)
        self.assertEqual(len(self.json("list")), 2)
        done = self.hpopt("delete", "study", "--yes", code=ANSWER)
        self.assertIn(f"an older study of this name is left: {first}", done.stdout)
        self.assertFalse(self.size("trials", second).exists())
        self.assertTrue(self.size("trials", first).exists())
        self.assertEqual([s["id"] for s in self.json("list")], [first])
        deleted = self.json("delete", "study", "--yes", code=ANSWER)
        self.assertEqual(deleted["study"], first)
        self.assertEqual(self.json("list"), [])
        self.study(trials=3)

    def test_a_study_that_runs_is_not_deleted(self):
        process = self.start("run", "--time", "40s", "--metric", "score:max", "--name", "busy",
                             *self.training(epochs=1000, delay=0.05))
        self.wait_for_reports(2, process)
        done = self.hpopt("delete", "busy", "--yes")
        self.assertNotEqual(done.returncode, ANSWER)
        self.assertIn("runs", done.stderr)
        self.assertIn("hpopt stop", done.stderr)
        self.assertFalse(self.json("gc")["compacted"])
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, PAUSED)
        self.hpopt("delete", "busy", "--yes", code=ANSWER)

    def test_a_deletion_that_is_killed_is_begun_again(self):
        self.study(trials=3)
        study = self.json("status")["id"]
        for n in range(100, 1500):
            folder = self.size("trials", study, str(n), "checkpoints")
            folder.mkdir(parents=True)
            (folder / "model").write_text("x")
        for delay in (0.001, 0.005, 0.01, 0.02, 0.04):
            process = self.start("delete", "study", "--yes")
            time.sleep(delay)
            process.kill()
            process.communicate()
        if self.json("list"):
            self.hpopt("delete", "study", "--yes", code=ANSWER)
        self.assertEqual(self.json("list"), [])
        self.assertFalse(self.size("trials", study).exists())
        self.study(trials=3)

    def test_links_are_not_followed(self):
        self.study(trials=3)
        precious = self.folder / "precious"
        precious.mkdir()
        (precious / "data").write_text("mine")
        study = self.json("status")["id"]
        os.symlink(precious, self.size("trials", study, "1", "checkpoints", "link"))
        self.hpopt("delete", "study", "--yes", code=ANSWER)
        self.assertEqual((precious / "data").read_text(), "mine")
        # The folder of all trials may be a link: what is behind it is somebody's.
        self.study(trials=3)
        trials = self.size("trials")
        shutil.move(trials, precious / "trials")
        os.symlink(precious / "trials", trials)
        done = self.hpopt("delete", "study", "--yes")
        self.assertIn("link", done.stderr)
        self.assertEqual(len(self.json("list")), 1)
        self.assertIn("link", self.hpopt("gc").stderr)

    def test_gc_takes_what_belongs_to_nobody(self):
        self.study(trials=3)
        kept = self.json("status")["id"]
        orphan = self.size("trials", "0123456789ab", "1")
        orphan.mkdir(parents=True)
        (orphan / "log").write_text("x" * 5000)
        foreign = self.size("trials", "notes")
        foreign.mkdir()
        shown = self.json("gc", "--dry-run")
        self.assertTrue(shown["dry_run"])
        self.assertTrue(5000 <= shown["bytes"] < 100_000, "as du counts")
        self.assertTrue(orphan.exists())
        self.assertIn("freed", self.hpopt("gc", code=ANSWER).stdout)
        self.assertFalse(orphan.parent.exists())
        self.assertTrue(foreign.exists())
        self.assertTrue(self.size("trials", kept).exists())
        self.assertIn("without use", self.hpopt("gc", code=ANSWER).stdout)

    def test_gc_removes_checkpoints_of_trials_that_ended(self):
        self.study("--no-early-stop", trials=4)
        study, best = self.json("status")["id"], self.json("best")["trial"]
        folders = {n: self.size("trials", study, str(n), "checkpoints") for n in range(1, 5)}
        for folder in folders.values():
            (folder / "model").write_text("x" * 100)
        self.hpopt("gc", code=ANSWER)
        self.assertTrue(all((folder / "model").exists() for folder in folders.values()))
        self.assertTrue(300 <= self.json("gc", "--checkpoints")["bytes"] < 100_000, "as du counts")
        self.assertEqual([n for n, folder in folders.items() if folder.exists()], [best])

    def test_stores_in_one_folder_keep_each_others_trials(self):
        for name in ("a", "b"):
            self.study("--storage", f"sqlite:{name}.db", trials=2)
        self.assertIn("several stores", self.hpopt("gc", "--storage", "sqlite:a.db").stderr)

    def test_a_compacted_store_is_smaller(self):
        self.hpopt("run", "--name", "big", "--time", "40s", "--trials", 2, "--metric", "score:max",
                   *self.training(epochs=3000, delay=0), code=ANSWER)
        self.study(trials=3)
        before = self.size("journal.db").stat().st_size
        self.hpopt("delete", "big", "--yes", code=ANSWER)
        self.assertTrue(self.json("gc")["compacted"])
        self.assertLess(self.size("journal.db").stat().st_size, before / 2)
        self.assertEqual(len(self.trials("study")), 3)


if __name__ == "__main__":
    unittest.main()
