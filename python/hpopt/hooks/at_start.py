"""Imported by hpopt_hook.pth when Python starts with HPOPT_HOOK set: installs what it names."""

from __future__ import annotations

import os
import sys

from hpopt.errors import InvalidInput
from hpopt.hooks import install_listed

try:
    install_listed(os.environ["HPOPT_HOOK"])
except InvalidInput as error:
    print(f"HPOPT_HOOK: {error}", file=sys.stderr)
