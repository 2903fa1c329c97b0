"""Whether a process that has loaded an objective can be forked, and what it does before that.

What a fork would lose are threads; what it would share are the positions in open files, and
connections, over which the workers would disturb each other.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import io
import os
import select
import signal
import stat
import sys
import threading
import time
import warnings
from collections.abc import Iterator

_MEMORY_DEVICES = 1  # the major number of /dev/null, /dev/urandom and the like
_MOMENT = 0.1  # seconds until a thread that was joined has left
_TO_END = 2000  # milliseconds for a child that only ends


def descriptors() -> set[int]:
    """Those that are open."""
    listed = [int(name) for name in os.listdir("/proc/self/fd")]
    return {each for each in listed if _is_open(each)}


def obstacle(before: set[int]) -> str | None:
    """Why it can't be forked; None: it can. `before`: what was open before it loaded."""
    if lacking := _lacks_pidfds():
        return lacking
    if not _fork_and_forget():
        return "a fork of it fails, hangs or crashes"
    threads = _lasting_threads()
    if threads > 1:
        return f"{threads} threads run once it is loaded"
    for descriptor in sorted(descriptors() - before):
        if _is_shared(descriptor):
            name = os.readlink(f"/proc/self/fd/{descriptor}")
            return f"{name} is open once it is loaded"
    return None


@contextlib.contextmanager
def hears_of_children() -> Iterator[None]:
    """Whatever the objective's module does about those that end; afterwards it does that again."""
    theirs = signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        yield
    finally:
        if theirs is not None:
            signal.signal(signal.SIGCHLD, theirs)


def flush_files() -> None:
    """So that what waits to be written is written once, and not by each worker too."""
    files = (each for each in gc.get_objects() if issubclass(type(each), io.IOBase))
    for file in (sys.stdout, sys.stderr, *files):
        with contextlib.suppress(Exception):
            file.flush()


def _lacks_pidfds() -> str | None:
    try:
        os.close(os.pidfd_open(os.getpid()))
    except AttributeError:
        return "the system has no pidfd"
    except OSError as error:
        return f"a pidfd can't be had: {error.strerror}"
    return None


def _threads() -> int:
    return len(os.listdir("/proc/self/task"))


def _lasting_threads() -> int:
    until = time.monotonic() + _MOMENT
    while (threads := _threads()) > 1 and time.monotonic() < until:
        time.sleep(_MOMENT / 20)
    return threads


def _fork_and_forget() -> bool:
    """Libraries that heed forks, such as OpenBLAS, end their threads for one.

    Those that CUDA, OpenMP and others start are still there: a fork without them would hang.
    """
    if threading.active_count() > 1:
        return True  # as Python's own are
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads: that is the question
        try:
            child = os.fork()
        except OSError:
            return False
    if child == 0:
        os._exit(0)
    if not _ends(child):
        os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1] == 0


def _ends(child: int) -> bool:
    pidfd = os.pidfd_open(child)
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    ended = bool(poll.poll(_TO_END))
    os.close(pidfd)
    return ended


def _is_open(descriptor: int) -> bool:
    """The one that listed them is not."""
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _is_shared(descriptor: int) -> bool:
    mode = os.fstat(descriptor).st_mode
    only_written = fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_WRONLY
    if only_written or stat.S_ISDIR(mode) or os.isatty(descriptor):
        return False
    return not stat.S_ISCHR(mode) or os.major(os.fstat(descriptor).st_rdev) != _MEMORY_DEVICES
