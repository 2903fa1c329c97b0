"""What a worker does first: nothing of the process that forked it is left in it."""

from __future__ import annotations

import atexit
import gc
import os
import sys
import weakref
import zlib


def begin(mark: str) -> None:
    """`mark`: names it, in its environment."""
    os.setsid()
    os.environ["HPOPT_WORKER"] = mark
    _disown_exit()
    _reseed(mark)


def _disown_exit() -> None:
    """What was to be done at the exit of the process that forked us is its own business."""
    atexit._clear()
    for finalizer in list(weakref.finalize._registry):  # type: ignore[attr-defined]
        finalizer.atexit = False
    weakref.finalize._registered_with_atexit = False  # type: ignore[attr-defined]
    atexit.register(gc.unfreeze)  # else what is frozen, as an open file, is left as it is
    _keep_exit_of_libraries()


def _keep_exit_of_libraries() -> None:
    """What they do for all who use them, so for the trials too."""
    if logging := sys.modules.get("logging"):
        atexit.register(logging.shutdown)
    if util := sys.modules.get("multiprocessing.util"):
        util._finalizer_registry.clear()
        util._run_after_forkers()
        atexit.register(util._exit_function)


def _reseed(mark: str) -> None:
    """Global generators would draw the same in all workers; `random` sees to it itself."""
    if numpy := sys.modules.get("numpy"):
        drawn = int(numpy.random.randint(2**31))
        numpy.random.seed([drawn, *mark.encode()])
    if torch := sys.modules.get("torch"):
        torch.manual_seed((torch.initial_seed() + zlib.crc32(mark.encode())) % 2**63)
