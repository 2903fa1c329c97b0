"""What a worker says to the user."""

from __future__ import annotations

import contextlib
import sys


def say(text: str) -> None:
    """At once, so that what several workers say does not mix; it may have nowhere to go."""
    with contextlib.suppress(Exception):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
