"""`python -m hpopt.hooks train.py ...`, `python -m hpopt.hooks -m package ...`: with the hooks.

HPOPT_HOOK names those that are wanted; without it, all are.
"""

from __future__ import annotations

import os
import runpy
import sys

from hpopt.errors import InvalidInput
from hpopt.hooks import install_listed


def main() -> None:
    words = sys.argv[1:]
    is_module = words[:1] == ["-m"]
    words = words[is_module:]
    if not words or words[0] in ("-h", "--help"):
        sys.exit(f"usage: python -m hpopt.hooks (SCRIPT | -m MODULE) [ARGUMENTS...]\n\n{__doc__}")
    try:
        install_listed(os.environ.get("HPOPT_HOOK", ""))
    except InvalidInput as error:
        sys.exit(f"HPOPT_HOOK: {error}")
    sys.argv = words
    if is_module:
        sys.path[0] = os.getcwd()
        runpy.run_module(words[0], run_name="__main__", alter_sys=True)
    else:
        sys.path[0] = os.path.dirname(os.path.abspath(words[0]))
        runpy.run_path(words[0], run_name="__main__")


main()
