"""Forks workers from a process that has loaded the objective: none of them loads it again.

The other side of it is described in docs/worker-protocol.md, "Forks".
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import select
import socket
import sys
import weakref
from collections.abc import Callable
from typing import Any

_MESSAGE = 4096  # bytes at most, of a request


def worker_socket(
    connection: socket.socket, load: Callable[[], object]
) -> tuple[socket.socket, dict[str, Any] | None]:
    """The socket to evaluate trials on, and the trial that came already.

    If trials come over `connection`, that is `connection`. If it asks for workers, this process
    loads, forks them, and returns in them alone; where it can't, it evaluates trials itself.
    """
    line, theirs = _receive(connection)
    message = json.loads(line) if line else None
    if theirs is None:
        return connection, message
    obstacle = _load(load)
    if obstacle is None:
        return _Server(connection).serve(message, theirs), None
    theirs.close()
    _send(connection, {"evaluates": obstacle})
    return connection, None


def _load(load: Callable[[], object]) -> str | None:
    """Why it can't be forked afterwards; None: it can."""
    if not hasattr(os, "pidfd_open"):
        return "the system has no pidfd"
    try:
        os.close(os.pidfd_open(os.getpid()))
        load()
    except Exception as error:
        return (
            f"{type(error).__name__}: {error}"  # said again, with a traceback, by its first trial
        )
    _fork_and_forget()
    threads = len(os.listdir("/proc/self/task"))
    return f"{threads} threads run once it is loaded" if threads > 1 else None


def _fork_and_forget() -> None:
    """Libraries that heed forks, such as OpenBLAS, end their threads for one.

    Those that CUDA and others start are still there: a fork without them would hang.
    """
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


class _Server:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._children: dict[int, tuple[int, str]] = {}  # by pidfd: the process and its mark
        self._poll = select.poll()
        self._poll.register(connection, select.POLLIN)

    def serve(self, message: dict[str, Any] | None, theirs: socket.socket | None) -> socket.socket:
        """Returns in the workers."""
        gc.freeze()  # what is there is shared, and stays so
        listening = True
        while listening or self._children:
            if message is not None and theirs is not None:
                worker = self._fork(message["fork"], theirs)
                if worker is not None:
                    return worker
                message = theirs = None
            for descriptor, _ in self._poll.poll():
                if descriptor in self._children:
                    self._bury(descriptor)
                    continue
                line, theirs = _receive(self._connection)
                message = json.loads(line) if line else None
                if message is None:
                    listening = False
                    self._poll.unregister(self._connection)
        sys.exit(0)

    def _fork(self, mark: str, theirs: socket.socket) -> socket.socket | None:
        """The worker's socket in the worker; None here."""
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            self._leave(mark)
            return theirs
        theirs.close()
        pidfd = os.pidfd_open(child)
        self._children[pidfd] = (child, mark)
        self._poll.register(pidfd, select.POLLIN)
        _send(self._connection, {"forked": mark}, pidfd)
        return None

    def _bury(self, pidfd: int) -> None:
        child, mark = self._children.pop(pidfd)
        self._poll.unregister(pidfd)
        os.close(pidfd)
        status = os.waitpid(child, 0)[1]
        code = os.waitstatus_to_exitcode(status)
        _send(self._connection, {"ended": [mark, code if code >= 0 else 128 - code]})

    def _leave(self, mark: str) -> None:
        """In a worker: nothing of the server is left in it."""
        os.setsid()
        os.environ["HPOPT_WORKER"] = mark
        self._connection.close()
        for pidfd in self._children:
            os.close(pidfd)
        _disown_exit()
        _reseed(mark)


def _disown_exit() -> None:
    """What was to be done at the exit of the process that forked us is its own business."""
    atexit._clear()
    for finalizer in list(weakref.finalize._registry):  # type: ignore[attr-defined]
        finalizer.atexit = False
    weakref.finalize._registered_with_atexit = False  # type: ignore[attr-defined]


def _reseed(mark: str) -> None:
    """NumPy's global generator would draw the same in all workers; `random` sees to it itself."""
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        drawn = int(numpy.random.randint(2**31))
        numpy.random.seed([drawn, *mark.encode()])


def _receive(connection: socket.socket) -> tuple[bytes, socket.socket | None]:
    """A line, and the socket that came with it. Empty: there will be none."""
    line = b""
    theirs = None
    while not line.endswith(b"\n"):
        got, descriptors, _, _ = socket.recv_fds(connection, _MESSAGE, 1)
        for descriptor in descriptors:
            theirs = socket.socket(fileno=descriptor)
        if not got:
            return b"", theirs
        line += got
    return line, theirs


def _send(connection: socket.socket, message: dict[str, Any], *descriptors: int) -> None:
    with contextlib.suppress(OSError):  # nobody listens any more: the end of file follows
        socket.send_fds(connection, [json.dumps(message).encode() + b"\n"], descriptors)
