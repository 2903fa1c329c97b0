"""Status: the numbers by which the original's files and functions say how things stand."""

from __future__ import annotations

import enum


class Status(enum.IntEnum):
    """Of a trial: UNKNOWN to CUDAOOM; of a whole search: NORESULT to COMPLETERESULT."""

    UNKNOWN = -1
    READY = 0
    RUNNING = 1
    STOP = 2
    CUDAOOM = 3
    NORESULT = 4
    PARTIALRESULT = 5
    COMPLETERESULT = 6
