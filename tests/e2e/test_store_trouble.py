"""A store in trouble while trials run: they go on, nothing is lost if the trouble passes, and the
answer comes in time if it doesn't."""

import contextlib
import datetime
import fcntl
import os
import pty
import re
import shutil
import sqlite3
import subprocess
import time
import unittest

from harness import ANSWER, HPOPT, STORE_FAILED, HpoptCase, environment

SHIM = os.environ.get("FAULT_SHIM", "none: run these tests by ctest")
LATE = 3  # seconds that a loaded machine may need to start and to end hpopt
DISK_FULL, BROKEN_DISK = 28, 5  # errno


class StoreTroubleCase(HpoptCase):
    def setUp(self):
        super().setUp()
        self.orders = self.folder / "orders"
        self.orders.write_text("")

    def order(self, *lines):
        fresh = self.folder / "orders.new"
        fresh.write_text("".join(line + "\n" for line in lines))
        fresh.rename(self.orders)

    def start_study(self, time, *words, delay=0.05, mode="asks", **changes):
        return self.start("run", "--time", time, "--metric", "score:max", "--name", "study",
                          "--workers", "2", *words,
                          *self.training(mode=mode, epochs=1000, delay=delay), **changes)

    def faults(self):
        """What the environment has for the shim."""
        if not os.access(SHIM, os.R_OK):
            self.skipTest(f"no fault can be made: {SHIM}")
        return {"LD_PRELOAD": SHIM, "FAULT_ORDERS": str(self.orders)}

    def start_with_shim(self, time, *words):
        return self.start_study(time, *words, **self.faults())

    def finish(self, process, seconds):
        """The exit code and what it said, once it has ended within so many seconds from now."""
        try:
            said, _ = process.communicate(timeout=seconds + LATE)
        except subprocess.TimeoutExpired:
            self.fail("hpopt did not end in time")
        return process.returncode, said

    def storage(self):
        """Where the study is when it is not at its usual place."""
        disk = self.folder / "disk"
        return ("--storage", disk / "store") if disk.exists() else ()

    def acknowledged(self):
        return {(e["trial"], e["step"]) for e in self.entries() if e["what"] == "acknowledged"}

    def stored(self):
        return {(t["trial"], r["step"]) for t in self.trials("study", *self.storage()) for r in t["reports"]}

    def expect_nothing_lost(self):
        missing = self.acknowledged() - self.stored()
        self.assertFalse(missing, "acknowledged, and not stored")

    def expect_answer(self, said):
        """What was said last may have been heard and not answered."""
        best = max(e["score"] for e in self.entries() if e["what"] == "acknowledged")
        shown = re.search(r"^best score (\S+)  ", said, re.MULTILINE)
        self.assertIsNotNone(shown, said)
        self.assertGreaterEqual(float(shown[1]), best, said)


class PassingTrouble(StoreTroubleCase):
    """It comes, it is said, it passes, and nothing was lost."""

    def trouble_passes(self, process, begin, end, words):
        self.wait_for_reports(10, process)
        begin()
        before = len(self.acknowledged())
        self.wait_for(lambda: len(self.acknowledged()) > before + 20, "trials that go on")
        end()
        self.hpopt("stop", "study", *self.storage())
        code, said = self.finish(process, 8)
        self.assertEqual(code, ANSWER, said)
        self.assertIn(words, said)
        self.assertIn("trials go on", said)
        self.assertIn("the store works again: nothing was lost", said)
        self.expect_nothing_lost()
        self.assertEqual(self.json("status", *self.storage())["state"], "finished")

    def test_full_disk(self):
        self.trouble_passes(self.start_with_shim("30s"),
                            lambda: self.order(f"write {DISK_FULL}"), self.order, "full")

    def test_others_facts_come_in_between(self):
        process = self.start_with_shim("30s")
        self.wait_for_reports(10, process)
        self.order(f"write {BROKEN_DISK}")
        before = len(self.acknowledged())
        self.wait_for(lambda: len(self.acknowledged()) > before + 10, "trials that go on")
        stopping = self.start("stop", "study")
        self.wait_for(lambda: len(self.acknowledged()) > before + 30, "trials that go on")
        self.order()
        code, said = self.finish(process, 8)
        self.assertEqual(code, ANSWER, said)
        self.assertIn("disk I/O error", said)
        self.assertIn("stopped by a user", said)
        self.assertEqual(stopping.wait(timeout=20), ANSWER)
        self.expect_nothing_lost()
        self.hpopt("replay", "study", code=ANSWER)

    def test_sync_errors(self):
        self.trouble_passes(self.start_with_shim("30s"),
                            lambda: self.order(f"sync {BROKEN_DISK}"), self.order,
                            "cannot flush the store")

    def test_database_locked_by_another_program(self):
        process = self.start_study("30s")
        self.wait_for_reports(1, process)
        holder = sqlite3.connect(self.folder / ".hpopt" / "journal.db", isolation_level=None)
        self.addCleanup(holder.close)
        self.trouble_passes(process, lambda: holder.execute("BEGIN IMMEDIATE"),
                            lambda: holder.execute("ROLLBACK"), "database is locked")

    def test_queue_held_by_a_stopped_process(self):
        process = self.start_study("30s")
        self.wait_for_reports(1, process)
        with open(self.folder / ".hpopt" / "journal.db.lock") as queue:
            self.trouble_passes(process, lambda: fcntl.flock(queue, fcntl.LOCK_EX),
                                lambda: fcntl.flock(queue, fcntl.LOCK_UN),
                                "another process keeps the store locked")

    def test_a_real_disk_that_is_full(self):
        disk = self.folder / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", disk],
                                 capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            self.skipTest(f"no small disk can be made: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "--lazy", disk], check=True)
        process = self.start_study("30s", *self.storage())
        filler = disk / "filler"

        def fill():
            with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
                while True:
                    file.write(bytes(4096))

        self.trouble_passes(process, fill, filler.unlink, "full")

    def test_slow_disk(self):
        process = self.start_with_shim("3s")
        self.wait_for_reports(5, process)
        self.order("sync 1.2")
        code, said = self.finish(process, 4)
        self.assertIn("the store is slow", said)
        self.assertIn(code, (ANSWER, STORE_FAILED), said)
        self.expect_answer(said)
        self.assertFalse(self.survivors())


    def test_a_slow_disk_holds_up_no_end(self):
        """Once the store was merged into one file then, whatever that took."""
        begun = time.monotonic()
        process = self.start_with_shim("5s")
        self.wait_for_reports(5, process)
        self.order("sync 0.25")
        code, said = self.finish(process, 5)
        self.assertLess(time.monotonic() - begun, 5 + LATE / 2, said)
        self.assertEqual(code, ANSWER, said)
        self.expect_answer(said)
        self.assertTrue((self.folder / ".hpopt" / "journal.db-wal").exists())
        self.order()
        self.expect_nothing_lost()


class LastingTrouble(StoreTroubleCase):
    """The answer comes in time, with what could not be stored, and says so."""

    def trouble_lasts(self, process, begin, words, seconds=3):
        self.wait_for_reports(10, process)
        begin()
        code, said = self.finish(process, seconds)
        self.assertEqual(code, STORE_FAILED, said)
        self.assertIn(words, said)
        self.expect_answer(said)
        self.assertFalse(self.survivors())
        return said

    def test_full_disk(self):
        process = self.start_with_shim("3s")
        said = self.trouble_lasts(process, lambda: self.order(f"write {DISK_FULL}"), "full")
        self.assertIn("could not be stored", said)

    def test_sync_that_never_returns(self):
        process = self.start_with_shim("6s")
        said = self.trouble_lasts(process, lambda: self.order("sync hang"),
                                  "the store does not answer", seconds=6)
        self.assertIn("nothing could be stored for some seconds", said)

    def test_locked_to_the_end(self):
        process = self.start_study("3s")
        self.wait_for_reports(1, process)
        with open(self.folder / ".hpopt" / "journal.db.lock") as queue:
            said = self.trouble_lasts(process, lambda: fcntl.flock(queue, fcntl.LOCK_EX),
                                      "keeps the store locked")
        self.assertIn("could not be stored", said)

    def test_removed_store(self):
        process = self.start_study("3s")
        self.trouble_lasts(process, lambda: shutil.rmtree(self.folder / ".hpopt", ignore_errors=True),
                           "the store was removed while it was in use")

    def test_the_same_command_goes_on_afterwards(self):
        process = self.start_with_shim("3s")
        self.trouble_lasts(process, lambda: self.order(f"write {DISK_FULL}"), "full")
        self.order()
        self.run_study("--extend", "2s", time="3s", code=ANSWER, mode="asks", epochs=1000,
                       delay=0.05)


class TroubleAtTheStart(StoreTroubleCase):
    def expect_refusal(self, process, words):
        began = time.monotonic()
        code, said = self.finish(process, 3)
        self.assertEqual(code, STORE_FAILED, said)
        self.assertLess(time.monotonic() - began, 3 + LATE)
        self.assertIn(words, said)

    def test_a_slow_disk_takes_its_time_from_the_study(self):
        """Once the time began when the store was open."""
        self.order("sync 0.5")
        begun = time.monotonic()
        process = self.start_with_shim("8s")
        self.wait_for_reports(1, process)
        self.order()
        code, said = self.finish(process, 8)
        took = time.monotonic() - begun
        self.assertEqual(code, ANSWER, said)
        self.assertLess(took, 8 + LATE / 2, said)
        self.assertGreater(self.json("status")["time"]["used"], took - LATE / 2)

    def make_store(self):
        self.run_study(time="1s", code=ANSWER)
        return self.folder / ".hpopt"

    def test_locked_queue(self):
        with open(self.make_store() / "journal.db.lock") as queue:
            fcntl.flock(queue, fcntl.LOCK_EX)
            self.expect_refusal(self.start_study("3s", "--fresh"),
                                "another process keeps the store locked")

    def test_locked_database(self):
        holder = sqlite3.connect(self.make_store() / "journal.db", isolation_level=None)
        self.addCleanup(holder.close)
        holder.execute("BEGIN IMMEDIATE")
        self.expect_refusal(self.start_study("3s", "--fresh"), "database is locked")

    def test_sync_that_never_returns(self):
        self.order("sync hang")
        self.expect_refusal(self.start_with_shim("3s"), "the store does not answer")

    def test_a_time_of_day_bounds_the_opening_too(self):
        self.order("sync hang")
        until = datetime.datetime.now() + datetime.timedelta(seconds=4)
        process = self.start("run", "--until", until.strftime("%H:%M:%S"), "--metric", "score:max",
                             *self.training(), **self.faults())
        self.expect_refusal(process, "the store does not answer")

    def test_sync_that_never_returns_after_a_question(self):
        self.make_store()
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        process = subprocess.Popen(
            [HPOPT, "run", "--time", "1s", "--metric", "score:max", "--name", "study",
             *self.training()], cwd=self.folder, stdin=slave, stdout=slave, stderr=slave,
            env=environment(**self.faults()))
        os.close(slave)
        self.addCleanup(lambda: (process.kill(), process.wait()))
        shown = b""
        while b"start over from nothing" not in shown:
            shown += os.read(master, 4096)
        self.order("sync hang")
        os.write(master, b"f\n")
        self.assertEqual(process.wait(timeout=1 + LATE), STORE_FAILED)
        self.assertIn(b"the store does not answer", os.read(master, 4096))

    def test_full_disk(self):
        self.order(f"write {DISK_FULL}")
        self.expect_refusal(self.start_with_shim("3s"), "full")


class ReadOnlyStore(StoreTroubleCase):
    """Looking needs no right to write."""

    @staticmethod
    def as_ordinary_user():
        return {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}

    def look(self, *words):
        self.folder.chmod(0o755)
        return subprocess.run([HPOPT, *words], cwd=self.folder, env=environment(), text=True,
                              capture_output=True, timeout=60, stdin=subprocess.DEVNULL,
                              check=False, **self.as_ordinary_user())

    def close_store(self, *files):
        store = self.folder / ".hpopt"
        for path in [store / "journal.db", *files]:
            path.chmod(0o444)
        store.chmod(0o555)
        self.addCleanup(store.chmod, 0o755)

    def test_looking_works(self):
        self.run_study(time="2s")
        self.close_store()
        for words in (["status"], ["status", "--json"], ["list"], ["trials"], ["best"],
                      ["why", "1"], ["show", "1"], ["export"]):
            done = self.look(*words)
            self.assertEqual(done.returncode, ANSWER, f"{words}: {done.stderr}")
        self.assertEqual(sorted(p.name for p in (self.folder / ".hpopt").iterdir()),
                         [".gitignore", "journal.db", "journal.db.lock", "trials"])

    def test_running_says_why_not(self):
        self.run_study(time="2s")
        self.close_store()
        done = self.look("run", "--time", "1s", "--metric", "score:max", "--name", "study",
                         "--fresh", "--", "true", "--x", "~float(0,1)")
        self.assertEqual(done.returncode, STORE_FAILED, done.stdout + done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        self.assertIn("ermission", done.stderr)

    def test_a_log_that_was_left_behind(self):
        process = self.start_study("20s")
        self.wait_for_reports(10, process)
        process.kill()
        process.wait()
        store = self.folder / ".hpopt"
        (store / "journal.db-shm").unlink()
        self.close_store(store / "journal.db-wal")
        done = self.look("status")
        if done.returncode != ANSWER:
            self.assertEqual(done.returncode, STORE_FAILED)
            self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
            self.assertIn("cp -r", done.stderr)


if __name__ == "__main__":
    unittest.main()
