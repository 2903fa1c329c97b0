#!/usr/bin/env python3
"""A small training that behaves, or misbehaves in the way that --mode says.

The score of epoch e is 1 - (x - 0.3)^2 - 0.5 / e, so the best x is 0.3 at every epoch. What it does
is written to the diary, one JSON object a line, so that tests can compare hpopt's account with it.
"""

import argparse
import json
import os
import signal
import socket
import sys
import time

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--x", type=float, required=True)
parser.add_argument("--mode", default="curve")
parser.add_argument("--epochs", type=int, default=5)
parser.add_argument("--delay", type=float, default=0.01)
parser.add_argument("--diary", required=True)
parser.add_argument("--literal", default="")
parser.add_argument("--at", type=int, default=2, help="the epoch at which it fails")
args = parser.parse_args()
RUN = os.urandom(6).hex()  # PIDs come again: each session may have a namespace of its own


def write(what, **more):
    line = json.dumps({"what": what, "trial": int(os.environ.get("HPOPT_TRIAL", 0)), "x": args.x,
                       "pid": os.getpid(), "run": RUN, "at": time.monotonic(), **more}) + "\n"
    handle = os.open(args.diary, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(handle, line.encode())
    os.close(handle)


def score(epoch):
    return round(1 - (args.x - 0.3) ** 2 - 0.5 / epoch, 6)


def ask(epoch):
    """Reports by the socket; only what was answered is acknowledged."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        link.settimeout(10)
        link.connect(os.environ["HPOPT_REPORT"])
        link.sendall((json.dumps({"metric": "", "step": epoch, "value": score(epoch)}) + "\n").encode())
        answer = link.makefile().readline().strip()
    if answer:
        write("acknowledged", step=epoch, score=score(epoch), answer=answer)
    return answer


def step(epoch):
    if args.mode == "crash" and epoch == args.at:
        raise ValueError("the learning rate is cursed")
    if args.mode == "exit3" and epoch == args.at:
        print("I give up", file=sys.stderr)
        sys.exit(3)
    write("step", step=epoch, score=score(epoch))
    if args.mode == "asks":
        return ask(epoch) != "stop"
    if args.mode == "nan" and epoch == 2:
        print(f"Epoch {epoch}/{args.epochs} - score: nan", flush=True)
    elif args.mode == "misnamed":
        print(f"Epoch {epoch}/{args.epochs} - val_score: {score(epoch)} - loss: 0.5", flush=True)
    elif args.mode == "silent":
        print("working hard", flush=True)
    elif args.mode == "buffered":
        kept.append(f"Epoch {epoch}/{args.epochs} - score: {score(epoch)}")
    else:
        print(f"Epoch {epoch}/{args.epochs} - score: {score(epoch)} - loss: {1 - score(epoch):.4f}",
              flush=True)
    return True


kept = []
write("start", literal=args.literal, ppid=os.getppid())
if args.mode == "stubborn":  # nothing but KILL ends it, and it leaves a daemon behind
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if os.fork() == 0:
        os.setsid()
        if os.fork() != 0:
            os._exit(0)
        time.sleep(600)
for current in range(1, args.epochs + 1):
    if not step(current):
        break
    if args.mode in ("hang", "stubborn") and current == 2:
        time.sleep(600)
    time.sleep(args.delay)
print("\n".join(kept), end="\n" if kept else "", flush=True)
write("end")
