#!/bin/sh
# Tunes the digits trainer for a minute and shows the answer: examples/digits/demo.sh [FLAGS...]
# FLAGS go to `hpopt run`. HPOPT, DIGITS_MLP and PYTHON may name other programs than the defaults.
set -eu
cd "$(dirname "$0")/../.."

HPOPT=${HPOPT:-build/release/bin/hpopt}
DIGITS_MLP=${DIGITS_MLP:-build/release/bin/digits_mlp}
PYTHON=${PYTHON:-.venv/bin/python}

for program in "$HPOPT" "$DIGITS_MLP"; do
  if [ ! -x "$program" ]; then
    echo "demo.sh: $program is missing; build it with: ./dev build release" >&2
    exit 2
  fi
done
if [ ! -f examples/digits/data/digits.csv ]; then
  if [ ! -x "$PYTHON" ]; then
    echo "demo.sh: $PYTHON is missing; make it with: ./dev deps" >&2
    exit 2
  fi
  "$PYTHON" examples/digits/make_data.py
fi

set -- run --name digits-demo --time 60s --metric val_accuracy:max "$@" -- \
  "$DIGITS_MLP" --lr '~log(1e-4,1)' --width '~int(8,256)' --optimizer '~choice(sgd,adam)' \
  --epochs '~fidelity(1,40)'
printf '$ hpopt'
for word in "$@"; do
  case $word in
    *[!A-Za-z0-9_./:=-]*) printf " '%s'" "$word" ;;
    *) printf ' %s' "$word" ;;
  esac
done
printf '\n\n'
"$HPOPT" "$@"

printf '\nThe winner again, at any time (its command trains it from the start):\n\n'
printf '$ hpopt best digits-demo\n\n'
"$HPOPT" best digits-demo
