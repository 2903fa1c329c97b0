"""The screen on a real terminal, and the scripts that shells load."""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import termios
import time
import unittest

from harness import ANSWER, HPOPT, HpoptCase, environment

ESCAPE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Terminal(HpoptCase):
    def show(self, columns, *words, **changes):
        """Runs on a terminal of so many columns and gives all that was written to it."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        command = [HPOPT, "run", "--time", "4s", "--metric", "score:max", "--name", "study", *words,
                   *self.training(epochs=10, delay=0.03)]
        process = subprocess.Popen(command, cwd=self.folder, env=environment(**changes), stdin=slave,
                                   stdout=slave, stderr=slave, close_fds=True)
        os.close(slave)
        shown = b""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            ready, _, _ = select.select([master], [], [], 0.2)
            if not ready:
                continue
            try:
                chunk = os.read(master, 65536)
            except OSError:
                break
            if not chunk:
                break
            shown += chunk
        process.wait(timeout=20)
        os.close(master)
        text = shown.decode()
        self.assertEqual(process.returncode, ANSWER, text)
        return text

    def test_fits_80_columns_and_40(self):
        for columns in (80, 40):
            text = self.show(columns, "--storage", str(self.folder / f"store{columns}"))
            self.assertIn("left", text)
            self.assertIn("stopped", text)
            self.assertIn("━", text)
            block, _, answer = text.rpartition("\x1b[J")
            for line in ESCAPE.sub("", block).replace("\r", "\n").split("\n"):
                self.assertLessEqual(len(line), columns, line)
            self.assertIn("best score", answer)
            self.assertIn("To train it again:", answer)

    def test_the_winner_s_command_is_never_cut(self):
        text = ESCAPE.sub("", self.show(40))
        self.assertIn(str(self.diary), text.rstrip().split("\n")[-1])

    def test_colours_only_where_they_are_wanted(self):
        self.assertRegex(self.show(80), r"\x1b\[3\dm")
        for words, changes in (((), {"NO_COLOR": "1"}), (("--no-color",), {})):
            text = self.show(80, "--fresh", *words, **changes)
            self.assertNotRegex(text, r"\x1b\[[0-9;]*m")
            self.assertIn("\x1b[J", text, "it is redrawn all the same")

    def test_a_dumb_terminal_gets_plain_lines(self):
        text = self.show(80, TERM="dumb")
        self.assertNotIn("\x1b", text)
        self.assertIn("trial 1 starts", text)

    def on_a_terminal(self, *words, trainer=None):
        """Starts it on a terminal; gives the process and the terminal's other end."""
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        command = [HPOPT, "run", "--metric", "score:max", "--name", "study", *words,
                   *(trainer or self.training(epochs=10, delay=0.03))]
        process = subprocess.Popen(command, cwd=self.folder, env=environment(), stdin=slave,
                                   stdout=slave, stderr=slave, close_fds=True)
        self.addCleanup(lambda: (process.kill(), process.wait()))
        return process, master, slave

    def test_a_halted_terminal_does_not_hold_the_run(self):
        process, _, slave = self.on_a_terminal("--time", "2s")
        self.wait_for(lambda: self.entries(), "a trial")
        termios.tcflow(slave, termios.TCOOFF)  # Ctrl-S
        self.addCleanup(os.close, slave)
        self.addCleanup(termios.tcflow, slave, termios.TCOON)
        self.assertEqual(process.wait(timeout=20), ANSWER)

    def test_typed_keys_are_not_shown_in_the_block(self):
        process, master, slave = self.on_a_terminal("--time", "30s")
        os.close(slave)

        def echoes():
            return bool(termios.tcgetattr(master)[3] & termios.ECHO)
        self.wait_for(lambda: not echoes(), "the echo to be off")
        process.send_signal(signal.SIGQUIT)  # ends it without any destructor
        process.wait(timeout=20)
        self.assertTrue(echoes())

    def test_ascii_where_the_locale_is_not_utf8(self):
        self.assertTrue(self.show(80, LC_ALL="C").isascii())


class Completion(HpoptCase):
    def test_bash_loads_it_and_completes(self):
        script = self.hpopt("completion", "bash", code=ANSWER).stdout
        test = script + """
COMP_WORDS=(hpopt st); COMP_CWORD=1; _hpopt; echo "${COMPREPLY[*]}"
COMP_WORDS=(hpopt run --tim); COMP_CWORD=2; _hpopt; echo "${COMPREPLY[*]}"
COMP_WORDS=(hpopt export --format js); COMP_CWORD=3; _hpopt; echo "${COMPREPLY[*]}"
"""
        done = subprocess.run(["bash", "--norc", "-c", test], capture_output=True, text=True, timeout=20,
                              check=True)
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.stdout.split("\n")[:3], ["status stop", "--time", "jsonl"])

    def test_bash_completes_names(self):
        self.run_study("--trials", 3, time="20s")
        script = self.hpopt("completion", "bash", code=ANSWER).stdout
        test = script + f"""
COMP_WORDS=({HPOPT} he); COMP_CWORD=1; _hpopt; echo "${{COMPREPLY[*]}}"
COMP_WORDS=({HPOPT} completion f); COMP_CWORD=2; _hpopt; echo "${{COMPREPLY[*]}}"
COMP_WORDS=({HPOPT} best s); COMP_CWORD=2; _hpopt; echo "${{COMPREPLY[*]}}"
COMP_WORDS=({HPOPT} why 2); COMP_CWORD=2; _hpopt; echo "${{COMPREPLY[*]}}"
COMP_WORDS=({HPOPT} why 2 s); COMP_CWORD=3; _hpopt; echo "${{COMPREPLY[*]}}"
"""
        done = subprocess.run(["bash", "--norc", "-c", test], capture_output=True, text=True, timeout=20,
                              check=True, cwd=self.folder)
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.stdout.split("\n")[:5], ["help", "fish", "study", "2", "study"])

    def test_other_shells_take_it(self):
        for shell in ("zsh", "fish"):
            script = self.hpopt("completion", shell, code=ANSWER).stdout
            self.assertIn("hpopt", script)
            if shutil.which(shell):
                subprocess.run([shell, "-n"], input=script, text=True, timeout=20, check=True)

    def test_an_unknown_shell(self):
        self.assertIn("bash, zsh and fish", self.hpopt("completion", "tcsh", code=2).stderr)


if __name__ == "__main__":
    unittest.main()
