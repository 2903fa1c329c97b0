#!/usr/bin/env python3
"""Starts ranks as torchrun's agent does: each in a session of its own, told to end by TERM to its group
and, when it does not heed that, by KILL a long time later.

    launcher.py --nproc-per-node 2 rank.py ...
"""

import argparse
import os
import signal
import subprocess
import sys
import time

PATIENCE = 30  # seconds, torchrun's

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--nproc-per-node", type=int, default=2)
parser.add_argument("command", nargs=argparse.REMAINDER)
args = parser.parse_args()


class Told(Exception):
    """A signal, as an exception in the main thread."""


def tell(number, _):
    raise Told(number)


def send_all(number):
    for rank in ranks:
        if rank.poll() is None:
            os.killpg(rank.pid, number)


for handled in (signal.SIGTERM, signal.SIGINT):
    signal.signal(handled, tell)
ranks = [
    subprocess.Popen([sys.executable, *args.command], start_new_session=True,
                     env={**os.environ, "RANK": str(number), "LOCAL_RANK": str(number),
                          "WORLD_SIZE": str(args.nproc_per_node)})
    for number in range(args.nproc_per_node)]
try:
    while any(rank.poll() is None for rank in ranks):
        time.sleep(0.05)
except Told as told:
    send_all(told.args[0])
    end = time.monotonic() + PATIENCE
    while any(rank.poll() is None for rank in ranks) and time.monotonic() < end:
        time.sleep(0.05)
    send_all(signal.SIGKILL)
    sys.exit(128 + told.args[0])
sys.exit(max(rank.wait() for rank in ranks))
