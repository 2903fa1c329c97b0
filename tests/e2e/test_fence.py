"""A run that sleeps for longer than its lease: who goes on, and what the sleeper does on waking."""

import fcntl
import pathlib
import signal
import subprocess
import unittest

import witness
from harness import ANSWER, HPOPT, WRONG_USE, HpoptCase

# Elsewhere, so that nobody can tell whether the holder of the lease still lives.
ELSEWHERE = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"]


class Fence(HpoptCase):
    def command(self):
        return ("run", "--time", "60s", "--metric", "score:max", "--name", "study", "--trials", 4,
                *self.training(mode="asks", epochs=20, delay=0.05))

    def asleep(self):
        process = self.start(*self.command())
        self.addCleanup(process.send_signal, signal.SIGCONT)
        self.wait_for_reports(3, process)
        self.wait_for(lambda: self.halts(process), "it to stand still between two writes")
        return process

    def halts(self, process):
        """Not in the middle of a write: then others wait for it, whoever holds the lease."""
        process.send_signal(signal.SIGSTOP)
        stat = pathlib.Path(f"/proc/{process.pid}/stat")
        self.wait_for(lambda: stat.read_text().rpartition(")")[2].split()[0] == "T", "it to stop")
        with open(self.folder / ".hpopt" / "journal.db.lock", "rb") as queue:
            try:
                fcntl.flock(queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                process.send_signal(signal.SIGCONT)
                return False

    def account(self):
        return witness.Account(self.folder / ".hpopt" / "journal.db")

    def test_one_that_sleeps_here_is_not_robbed(self):
        process = self.asleep()
        refused = self.hpopt(*self.command(), code=WRONG_USE)
        self.assertIn(f"runs already (process {process.pid}", refused.stderr)
        process.send_signal(signal.SIGCONT)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, ANSWER)
        self.assertEqual(len(self.account().sessions()), 1)

    def setUp(self):
        super().setUp()
        if subprocess.run([*ELSEWHERE, "true"], capture_output=True).returncode != 0:
            self.skipTest("this machine allows no user namespaces")

    def test_one_that_was_robbed_while_it_slept_writes_nothing_more(self):
        process = self.asleep()
        robber = self.start(*self.command(), program=[*ELSEWHERE, HPOPT])
        self.wait_for(lambda: len(self.account().sessions()) == 2 or robber.poll() is not None,
                      "the lease to expire", seconds=30)
        self.wait_for(lambda: self.robbers_reports() > 2 or robber.poll() is not None, "reports")
        process.send_signal(signal.SIGCONT)
        text, _ = process.communicate(timeout=20)
        self.assertEqual(process.returncode, WRONG_USE, text)
        self.assertIn("another process has taken the study over", text)
        said, _ = robber.communicate(timeout=60)
        self.assertEqual(robber.returncode, ANSWER, said)
        account = self.account()
        authors = [fact[-1] for fact in account.facts]
        self.assertNotIn(1, authors[authors.index(2):], "what the sleeper still wrote")
        diary = witness.read_diary(self.diary)
        self.assertEqual(account.broken() + witness.lost(diary, account.scores()), [])
        self.assertEqual(self.json("status")["state"], "finished")
        self.hpopt("replay", "study", code=ANSWER)
        self.wait_for(lambda: not self.survivors(), "all trainers to be gone")

    def robbers_reports(self):
        tokens = {fact[4] for fact in self.account().facts if fact[1] == witness.STARTED and fact[-1] == 2}
        return sum(row[1] in tokens for row in self.account().reports)


if __name__ == "__main__":
    unittest.main()
