"""The scores that a training command prints, one by one, as it prints them."""

import os
import re
import subprocess
import sys

SCORE = re.compile(r"score: (\S+)")


def scores(x):
    command = [sys.executable, os.environ["PEER_TRAINER"], "--x", str(x)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as training:
        try:
            for line in training.stdout:
                if found := SCORE.search(line):
                    yield float(found[1])
        finally:
            training.kill()
