"""Output that no program should write, and what it costs hpopt."""

import pathlib
import shutil
import sys
import threading
import unittest

from harness import ANSWER, SANITIZED, HpoptCase

MIB = 1 << 20
MOST_MEMORY = 150 * MIB  # of hpopt itself

# What floods; afterwards each says a score and ends.
FLOODS = {
    "gigabytes": "for i in range(8000): out(b'x' * 9999 + b'\\n')",
    "one line": "for i in range(40): out(b'x' * (1 << 20))",
    "no text": "for i in range(2000): out(bytes(range(256)) * 64)",
    "carriage returns": "for i in range(200000): out(b'%d%% done loss=0.5\\r' % (i % 100))",
    "reports": "for i in range(1, 500001, 100): "
               "out(b''.join(b'step: %d score: %d\\n' % (i + j, -(i + j) % 1000) for j in range(100)))",
    "names": "for i in range(200000): out(b'name%d: 0.5\\n' % i)",
    "zeros": "for i in range(40): out(bytes(1 << 20))",
    "half lines": "for i in range(100000): out(b'scor'); out(b'e: 0.25\\n')",
}
PROGRAM = """
import os, sys
def out(data):
    while data:
        data = data[os.write(1, data):]
{flood}
out(b'\\nstep: 2000000 score: {score}\\n')
"""


class Output(HpoptCase):
    def flood(self, name):
        script = self.folder / "flood.py"
        script.write_text(PROGRAM.format(flood=FLOODS[name], score=2000))
        process = self.start("run", "--time", "60s", "--trials", 1, "--metric", "score:max", "--name",
                             "study", "--", sys.executable, str(script), "--x=~float(0,1)")
        text, _ = process.communicate(timeout=90)
        self.assertEqual(process.returncode, ANSWER, text)
        self.assertEqual(self.json("best")["score"], 2000, text)
        return text

    def start(self, *words, **changes):
        """As always, and keeps an eye on the memory that it takes."""
        process = super().start(*words, **changes)

        def watch():
            status = pathlib.Path(f"/proc/{process.pid}/status")
            while process.poll() is None:
                try:
                    lines = status.read_text().splitlines()
                except OSError:
                    return
                for line in lines:
                    if line.startswith("VmHWM:"):
                        self.most = int(line.split()[1]) * 1024
                self.done.wait(0.02)

        self.most = 0
        self.done = threading.Event()
        watcher = threading.Thread(target=watch)
        watcher.start()
        self.addCleanup(watcher.join)
        self.addCleanup(self.done.set)
        return process

    @unittest.skipIf(SANITIZED, "a sanitized program has memory of its own")
    def test_floods_cost_no_memory(self):
        for name in FLOODS:
            with self.subTest(flood=name):
                self.check_flood(name)
            shutil.rmtree(self.folder / ".hpopt", ignore_errors=True)

    @unittest.skipIf(SANITIZED, "a sanitized program has memory of its own")
    def test_many_that_flood_cost_no_memory(self):
        flood = "yes 'loss: 0.5' >&2 & exec yes 'loss: 0.5'"
        process = self.start("run", "--time", "4s", "--workers", 8, "--metric", "loss:min", "--name", "study",
                             "--", "sh", "-c", flood, "sh", "--x=~float(0,1)")
        text, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, ANSWER, text)
        self.assertGreater(self.most, 0)
        self.assertLess(self.most, MOST_MEMORY)

    def check_flood(self, name):
        self.flood(name)
        self.assertGreater(self.most, 0)
        self.assertLess(self.most, MOST_MEMORY)
        self.hpopt("show", 1, code=ANSWER)
        self.check_log()

    def check_log(self):
        """Its size is bounded, and its end is there."""
        logs = list(self.folder.glob(".hpopt/trials/*/1/log*"))
        self.assertLess(sum(log.stat().st_size for log in logs), 16 * MIB)
        newest = next(log for log in logs if log.name == "log").read_bytes()
        self.assertTrue(newest.endswith(b"step: 2000000 score: 2000\n"), newest[-100:])
        if len(logs) > 1:
            self.assertTrue(newest.startswith(b"[hpopt: what came before this is in log."))

    def test_a_million_reports_a_second_are_thinned(self):
        self.flood("reports")
        reports = self.trials()[0]["reports"]
        self.assertLess(len(reports), 60_000)
        self.assertEqual(max(r["score"] for r in reports[:-1]), 999, "no best score is lost")
        self.assertEqual(reports[-1]["step"], 2_000_000)

    def test_a_closed_output_is_no_failure(self):
        script = self.folder / "quiet.py"
        script.write_text("import os, time\n"
                          "os.write(1, b'score: 0.5')\n"  # without an end
                          "os.close(1); os.close(2)\ntime.sleep(0.3)\n")
        self.hpopt("run", "--time", "30s", "--trials", 2, "--metric", "score:max", "--name", "study",
                   "--", sys.executable, str(script), "--x=~float(0,1)", code=ANSWER)
        self.assertEqual({t["state"] for t in self.trials()}, {"complete"})


if __name__ == "__main__":
    unittest.main()
