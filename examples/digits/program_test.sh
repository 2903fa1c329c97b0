#!/bin/sh
# What digits_mlp promises on its command line: program_test.sh PATH_TO_DIGITS_MLP
set -eu

program=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# A small data file of its own, so that the test needs no scikit-learn: each digit is one stripe.
data=$folder/digits.csv
awk 'BEGIN {
  printf "split,label"; for (i = 0; i < 64; ++i) printf ",p%d", i; print ""
  for (n = 0; n < 120; ++n) {
    label = n % 10
    printf "%s,%d", n < 60 ? "train" : n < 90 ? "validation" : "test", label
    for (i = 0; i < 64; ++i) printf ",%d", (int(i / 6) == label) ? 16 : 0
    print ""
  }
}' >"$data"

# train EPOCHS
train() { "$program" --data "$data" --width 8 --epochs "$1"; }

expect_usage_error() {
  wanted=$1
  shift
  code=0
  "$program" "$@" >"$folder/out" 2>"$folder/err" || code=$?
  [ "$code" -eq 2 ] || fail "exit $code instead of 2: $*"
  grep -q -e "$wanted" "$folder/err" || fail "no '$wanted' in: $(cat "$folder/err")"
}

expect_usage_error "'foo' is not one of adam, sgd" --optimizer foo
expect_usage_error "--lr" --lr nan
expect_usage_error "--width" --width 2.5
expect_usage_error "--bogus" --bogus 1
expect_usage_error "make_data.py" --data "$folder/absent.csv"

# One line an epoch, then the test accuracy on a line of its own.
train 4 >"$folder/whole"
epoch_line='^epoch [1-4]/4 loss=[0-9.]* val_loss=[0-9.]* val_accuracy=[0-9.]*$'
[ "$(grep -c "$epoch_line" "$folder/whole")" -eq 4 ] ||
  fail "epoch lines: $(cat "$folder/whole")"
[ "$(grep -c '^test_accuracy=[0-9.]*$' "$folder/whole")" -eq 4 ] || fail "test lines"

# Killed at some instant, it goes on from there, to the same end.
train 300 | tail -n 2 >"$folder/end"
mkdir "$folder/checkpoints"
export HPOPT_CHECKPOINT_DIR="$folder/checkpoints"
: >"$folder/killed"
"$program" --data "$data" --width 8 --epochs 300 >"$folder/killed" &
trainer=$!
while ! grep -q '^epoch 5/' "$folder/killed"; do sleep 0.01; done
kill -9 "$trainer" 2>/dev/null || true
wait "$trainer" 2>/dev/null || true
train 300 >"$folder/rest"
! grep -q '^epoch 1/' "$folder/rest" || fail "started from the beginning after a kill"
tail -n 2 "$folder/rest" | cmp - "$folder/end" || fail "another end after a kill"

# What is finished is told again and not trained again.
train 300 | cmp - "$folder/end" || fail "a finished training tells its last epoch only"

# SIGTERM ends it at once, with the last whole epoch on disk.
rm -r "$folder/checkpoints"
mkdir "$folder/checkpoints"
: >"$folder/ended"
"$program" --data "$data" --width 8 --epochs 100000 >"$folder/ended" &
trainer=$!
while ! grep -q '^epoch 3/' "$folder/ended"; do sleep 0.01; done
kill -TERM "$trainer"
code=0
wait "$trainer" || code=$?
[ "$code" -eq 143 ] || fail "exit $code instead of 143 after SIGTERM"
[ "$(ls "$folder/checkpoints")" = digits_mlp.ckpt ] || fail "checkpoint after SIGTERM"
last=$(sed -n 's,^epoch \([0-9]*\)/.*,\1,p' "$folder/ended" | tail -n 1)
: >"$folder/continued"
"$program" --data "$data" --width 8 --epochs 100000 >"$folder/continued" &
trainer=$!
while ! grep -q '^epoch' "$folder/continued"; do sleep 0.01; done
kill -TERM "$trainer"
wait "$trainer" || true
grep -q "^epoch $((last + 1))/" "$folder/continued" ||
  fail "went on at $(head -n 1 "$folder/continued") after $last"

echo "all passed"
