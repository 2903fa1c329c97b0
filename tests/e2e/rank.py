#!/usr/bin/env python3
"""One rank of a training that several processes share. It heeds no TERM. With --gloo the ranks reduce
real tensors among them; rank 0 prints the mean as the score."""

import argparse
import os
import signal
import time

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--x", type=float, required=True)
parser.add_argument("--diary", required=True)
parser.add_argument("--gloo", action="store_true")
args = parser.parse_args()

rank = int(os.environ["RANK"])
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if args.gloo:
    import torch
    import torch.distributed

    torch.distributed.init_process_group("gloo")
# One that only a KILL ends, in a session of its own, as data loaders and loggers are.
if os.fork() == 0:
    os.setsid()
    time.sleep(600)
for epoch in range(1, 10000):
    score = args.x
    if args.gloo:
        total = torch.tensor([args.x + rank])
        torch.distributed.all_reduce(total)
        score = total.item() / torch.distributed.get_world_size() - 0.5
    with open(args.diary, "a", encoding="utf-8") as diary:
        diary.write(f"{rank} {epoch}\n")
    if rank == 0:
        print(f"Epoch {epoch}/10000 - score: {score:.6f}", flush=True)
    time.sleep(0.1)
