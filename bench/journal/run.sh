#!/bin/sh
# Measures the journal and its peers: bench/journal/run.sh [--optuna-trials N]
# Needs `./dev build release storage_bench`. Optuna comes from PyPI into bench/.venv, unless PYTHON
# has it.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)

python=${PYTHON:-$root/bench/.venv/bin/python}
if ! "$python" -c 'import optuna' 2>/dev/null; then
  python=$root/bench/.venv/bin/python
  [ -x "$python" ] || python3 -m venv "$root/bench/.venv"
  "$python" -m pip install --quiet --disable-pip-version-check -r "$root/bench/requirements.txt"
fi
exec "$python" "$root/bench/journal/measure.py" "$@"
