#!/bin/sh
# Compares hpopt with its peers on the digits trainer: bench/digits/run.sh [--time S] [--seeds N]
# Needs `./dev build release`. The peers come from PyPI into bench/.venv, unless PYTHON has them.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)

python=${PYTHON:-$root/bench/.venv/bin/python}
if ! "$python" -c 'import optuna, sklearn' 2>/dev/null; then
  python=$root/bench/.venv/bin/python
  [ -x "$python" ] || python3 -m venv "$root/bench/.venv"
  "$python" -m pip install --quiet --disable-pip-version-check \
    -r "$root/bench/requirements.txt" -r "$root/requirements-dev.txt"
fi
if [ ! -f "$root/examples/digits/data/digits.csv" ]; then
  "$python" "$root/examples/digits/make_data.py"
fi
exec "$python" "$root/bench/digits/compare.py" "$@"
