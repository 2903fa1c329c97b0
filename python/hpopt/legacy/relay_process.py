"""`python -m hpopt.legacy.relay_process`: the fresh process that a Relay speaks with."""

from __future__ import annotations

import json
import os
import sys
from typing import Any, TextIO

from hpopt import errors
from hpopt.legacy.reporting import finalize_trial, report, reportOOM

_CALLS = {each.__name__: each for each in (report, reportOOM, finalize_trial)}


def answer(message: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"value": _CALLS[message["call"]](message["config"], *message["arguments"])}
    except errors.HpoptError as error:
        return {"error": [type(error).__name__, error.what, error.where, error.mend]}


def serve(questions: TextIO, answers: TextIO) -> None:
    """Until the one who asks has ended."""
    for line in questions:
        answers.write(json.dumps(answer(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    spoken = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what else is printed does not belong among the answers
    serve(sys.stdin, spoken)
