#!/bin/sh
# Measures what a suggestion costs, beside Optuna: bench/overhead/run.sh
# Needs `./dev build release sampler_bench`. Optuna comes from PyPI into bench/.venv, unless PYTHON
# has it.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)

python=${PYTHON:-$root/bench/.venv/bin/python}
if ! "$python" -c 'import optuna' 2>/dev/null; then
  python=$root/bench/.venv/bin/python
  [ -x "$python" ] || python3 -m venv "$root/bench/.venv"
  "$python" -m pip install --quiet --disable-pip-version-check -r "$root/bench/requirements.txt"
fi
exec "$python" "$root/bench/overhead/measure_tpe.py" "$@"
