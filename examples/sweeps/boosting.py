#!/usr/bin/env python3
"""Stands in for gradient boosting: the validation loss that its parameters would lead to."""

import argparse
import math

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--eta", type=float, required=True)
parser.add_argument("--max_depth", type=int, required=True)
parser.add_argument("--num_leaves", type=float, required=True)
parser.add_argument("--subsample", type=float, required=True)
parser.add_argument("--gamma", type=float, required=True)
parser.add_argument("--reg_lambda", type=float, required=True)
parser.add_argument("--reg_alpha", type=float, required=True)
parser.add_argument("--scale_pos_weight", type=float, required=True)
parser.add_argument("--max_bin", type=float, required=True)
parser.add_argument("--keep", type=float, required=True)
parser.add_argument("--colsample", type=float, required=True)
parser.add_argument("--booster", choices=["gbtree", "dart", "gblinear"], required=True)
parser.add_argument("--monotone", action="store_true")
args = parser.parse_args()

loss = 0.3
loss += 0.05 * math.log10(args.eta / 0.08) ** 2
loss += 0.004 * (args.max_depth - 6) ** 2
loss += 0.02 * math.log2(args.num_leaves / 64) ** 2
loss += 0.2 * (args.subsample - 0.8) ** 2
loss += 0.01 * math.log10(args.reg_lambda / 0.5) ** 2
loss += 0.01 * math.log10(args.reg_alpha / 1e-3) ** 2
loss += 0.02 * args.gamma**2
loss += 0.01 * math.log(args.scale_pos_weight) ** 2
loss += 1e-7 * (args.max_bin - 256) ** 2
loss += 0.1 * (1 - args.keep)
loss += 0.1 * (args.colsample - 0.6) ** 2
loss += {"gbtree": 0.0, "dart": 0.01, "gblinear": 0.2}[args.booster]
loss += 0.01 if args.monotone else 0.0
print({"val_logloss": round(loss, 6), "val_auc": round(1 - loss / 3, 6)})
