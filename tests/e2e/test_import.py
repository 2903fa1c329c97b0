"""Import: studies that the real Optuna and the original hpopt made, and what can be done with them."""

import json
import math
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import unittest

from harness import ANSWER, ROOT, STORE_FAILED, TRAINER, WRONG_USE, HpoptCase

DATA = ROOT / "src" / "interop" / "testdata"
STATES = {"COMPLETE": "complete", "PRUNED": "stopped", "FAIL": "failed", "RUNNING": "paused"}


def python_with_optuna():
    """OPTUNA_PYTHON, the project's environment, or our own interpreter; None: nobody has it."""
    for python in (os.environ.get("OPTUNA_PYTHON"), ROOT / ".venv" / "bin" / "python",
                   sys.executable):
        if python and shutil.which(python):
            tried = subprocess.run([python, "-c", "import optuna"], capture_output=True)
            if tried.returncode == 0:
                return python
    return None


class ImportCase(HpoptCase):
    def imports(self, *words, code=ANSWER):
        return self.hpopt("import", *words, code=code)

    def optuna_database(self):
        path = self.folder / "optuna.db"
        with sqlite3.connect(path) as database:
            database.executescript((DATA / "optuna.sql").read_text())
        return path

    def as_optuna_sees(self, view, *words):
        """Every trial of the imported study beside Optuna's."""
        theirs = [trial for trial in view["trials"] if trial["state"] != "WAITING"]
        ours = self.trials(*words)
        self.assertEqual(len(ours), len(theirs))
        for mine, its in zip(ours, theirs):
            with self.subTest(trial=its["number"]):
                self.same_trial(mine, its)
        best = self.json("best", *words)
        self.assertEqual(best["score"], view["best"])
        return ours

    def same_trial(self, mine, its):
        infinite = its["value"] is not None and math.isinf(its["value"])
        self.assertEqual(mine["state"], "diverged" if infinite else STATES[its["state"]])
        self.assertEqual(set(mine["params"]), set(its["params"]))
        for name, value in its["params"].items():
            if isinstance(value, float) and math.isnan(value):
                self.assertEqual(mine["params"][name], "nan")
            elif isinstance(value, float):
                self.assertAlmostEqual(mine["params"][name], value, delta=1e-12 * abs(value))
            else:
                self.assertEqual(mine["params"][name], value)
        for moment in ("started", "ended"):
            self.assertEqual(mine[moment], its[moment] and its[moment].replace("+00:00", "Z"))
        reports = [(r["step"], r["score"]) for r in mine["reports"]]
        for said, (step, value) in zip(reports, its["reports"]):
            self.assertEqual(said, (step, None if math.isnan(value) else value))
        self.assertGreaterEqual(len(reports), len(its["reports"]))
        if its["state"] == "COMPLETE" and not infinite:
            self.assertEqual(mine["score"], its["value"])


class Fixtures(ImportCase):
    def test_a_study_of_optuna_can_be_looked_at(self):
        view = json.loads((DATA / "optuna.json").read_text())
        text = self.imports(self.optuna_database(), "--study", "digits").stdout
        self.assertIn("imported an Optuna SQLite file as study 'digits'", text)
        self.assertIn("left out: 1 that never started", text)
        self.imports(DATA / "optuna.journal", "--study", "digits", "--name", "journal")
        self.as_optuna_sees(view["sqlite"]["digits"], "digits")
        self.as_optuna_sees(view["journal"]["digits"], "journal")
        status = self.json("status", "digits")
        self.assertEqual(status["state"], "paused")
        self.assertEqual(status["trials"]["paused"], 1)
        self.assertIn("trial 1 of digits, Optuna 5", self.hpopt("why", 2, "digits").stdout)

    def test_the_same_import_adds_nothing(self):
        self.imports(DATA / "optuna.journal", "--study", "loss")
        before = self.hpopt("export", "loss").stdout
        again = self.imports(DATA / "optuna.journal", "--study", "loss")
        self.assertEqual(again.stdout, "study 'loss' is there already: nothing was added\n")
        self.assertEqual(self.hpopt("export", "loss").stdout, before)
        self.assertEqual(len(self.json("list")), 1)
        told = self.imports(DATA / "optuna.journal", "--study", "loss", "--metric", "other",
                            code=WRONG_USE).stderr
        self.assertIn("the store has another study 'loss' already", told)

    def test_what_is_exported_can_be_imported(self):
        self.imports(DATA / "optuna.journal", "--study", "loss")
        exported = self.folder / "trials.csv"
        self.hpopt("export", "loss", "--output", exported)
        self.imports(exported, "--metric", "score:min", "--name", "again")
        self.assertEqual(self.hpopt("export", "again").stdout, exported.read_text())

    def test_the_original_hpopt(self):
        for name, status in (("smbo", "best_config_id"), ("asha", "best_config_id")):
            folder = DATA / name
            original = json.loads((folder / "hpopt_status.json").read_text())
            self.imports(folder)
            best = original["config_list"][original[status]]
            answer = self.json("best", name)
            self.assertEqual(answer["score"], best["score"])
            self.assertEqual(answer["params"], best["config"])
            self.assertIn("time not known  suggested  by import", self.hpopt("why", 1, name).stdout)

    def test_a_run_knows_what_was_imported(self):
        table = self.folder / "earlier.csv"
        table.write_text("params_x,score\n" + "".join(
            f"{x / 20},{1 - (x / 20 - 0.3) ** 2}\n" for x in range(20)))
        self.imports(table, "--metric", "score:max", "--name", "study")
        text = self.run_study("--trials", 6, time="40s").stdout
        self.assertIn("knows 20 of 20 old trials; the best 5 are tried again first", text)
        xs = [trial["params"]["x"] for trial in self.trials()]
        self.assertEqual(xs[0], 0.3)
        self.assertEqual(set(xs[:5]), {0.2, 0.25, 0.3, 0.35, 0.4})

    def test_what_cannot_be_imported_leaves_no_store(self):
        for words in (["none"], [TRAINER], [DATA], [DATA / "optuna.journal"], []):
            with self.subTest(words=words):
                told = self.imports(*words, code=WRONG_USE).stderr
                self.assertRegex(told, r"^hpopt: error: .*\(.*\)$")
        self.assertFalse((self.folder / ".hpopt").exists())

    def test_json(self):
        done = self.imports(DATA / "optuna.journal", "--study", "digits", "--json")
        told = json.loads(done.stdout)
        self.assertEqual(told["study"], "digits")
        self.assertEqual((told["added"], told["left_out"], told["notices"]), (True, 1, []))
        self.assertEqual(told["trials"]["failed"], 2)

    def test_a_store_that_cannot_be_written_is_said(self):
        self.folder.joinpath("store").write_text("no folder")
        self.imports(DATA / "smbo", "--storage", "store", code=STORE_FAILED)


class RealOptuna(ImportCase):
    """Files that Optuna makes here and now."""

    python = python_with_optuna()

    def setUp(self):
        super().setUp()
        if self.python is None:
            self.skipTest("no Python here has Optuna: set OPTUNA_PYTHON")

    def optuna(self, *words):
        subprocess.run([self.python, "-B", *map(str, words)], check=True, cwd=self.folder,
                       capture_output=True)

    def test_both_storages(self):
        self.optuna(DATA / "make_optuna.py", self.folder)
        view = json.loads((self.folder / "optuna.json").read_text())
        for kind, source in (("sqlite", "optuna.db"), ("journal", "optuna.journal")):
            for study in ("digits", "loss"):
                self.imports(source, "--study", study, "--name", f"{kind}-{study}")
                self.as_optuna_sees(view[kind][study], f"{kind}-{study}")

    def test_a_dataframe_as_a_table(self):
        self.optuna(DATA / "make_optuna.py", self.folder)
        script = ("import optuna; optuna.load_study(study_name='loss', storage='sqlite:///optuna.db')"
                  ".trials_dataframe().to_csv('table.csv')")
        try:
            self.optuna("-c", script)
        except subprocess.CalledProcessError:
            self.skipTest("pandas is not there")
        self.imports("table.csv", "--metric", "loss:min")
        view = json.loads((self.folder / "optuna.json").read_text())["sqlite"]["loss"]
        self.assertEqual(self.json("best", "table")["score"], view["best"])


if __name__ == "__main__":
    unittest.main()
