"""Forks workers from a process that has loaded the objective: none of them loads it again.

The other side of it is described in docs/worker-protocol.md, "Forks".
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import socket
import sys
from collections.abc import Callable
from typing import Any

from hpopt import _forkable, _forked, _stderr

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
    if message is None or "fork" not in message:
        return connection, message
    before = _forkable.descriptors()
    obstacle: str | None
    try:
        load()
    except Exception as error:  # its first trial tells the user, with a traceback
        obstacle = f"{type(error).__name__}: {error}"
    else:
        with _forkable.hears_of_children():
            obstacle = _forkable.obstacle(before)
            if obstacle is None:
                return _Server(connection).serve(message["fork"], theirs), None
        _stderr.say(f"hpopt: each worker loads the objective for itself, since {obstacle}")
    if theirs is not None:
        theirs.close()
    _send(connection, {"evaluates": obstacle})
    return connection, None


class _Server:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._children: dict[int, tuple[int, str]] = {}  # by pidfd: the process and its mark
        self._poll = select.poll()
        self._poll.register(connection, select.POLLIN)

    def serve(self, mark: str | None, theirs: socket.socket | None) -> socket.socket:
        """Returns in the workers."""
        _forkable.flush_files()
        gc.freeze()  # what is there is shared, and stays so
        listening = True
        while listening or self._children:
            if mark is not None:
                worker = self._try_to_fork(mark, theirs)
                if worker is not None:
                    return worker
                mark = theirs = None
            for descriptor, _ in self._poll.poll():
                if descriptor in self._children:
                    self._bury(descriptor)
                    continue
                line, theirs = _receive(self._connection)
                mark = json.loads(line)["fork"] if line else None
                if mark is None:
                    listening = False
                    self._poll.unregister(self._connection)
        gc.unfreeze()  # else what is frozen, as an open file, is left as it is
        sys.exit(0)

    def _try_to_fork(self, mark: str, theirs: socket.socket | None) -> socket.socket | None:
        """The worker's socket in the worker; None here."""
        if theirs is None:
            self._refuse(mark, "there are too many open files")
            return None
        try:
            child = os.fork()
        except OSError as error:
            theirs.close()
            self._refuse(mark, f"a fork failed: {error.strerror}")
            return None
        if child == 0:
            self._connection.close()
            for pidfd in self._children:
                os.close(pidfd)
            _forked.begin(mark)
            return theirs
        theirs.close()
        self._watch(child, mark)
        return None

    def _watch(self, child: int, mark: str) -> None:
        pidfd = os.pidfd_open(child)
        self._children[pidfd] = (child, mark)
        self._poll.register(pidfd, select.POLLIN)
        _send(self._connection, {"forked": mark}, pidfd)

    def _refuse(self, mark: str, why: str) -> None:
        _send(self._connection, {"refused": [mark, why]})

    def _bury(self, pidfd: int) -> None:
        child, mark = self._children.pop(pidfd)
        self._poll.unregister(pidfd)
        os.close(pidfd)
        status = os.waitpid(child, 0)[1]
        code = os.waitstatus_to_exitcode(status)
        _send(self._connection, {"ended": [mark, code if code >= 0 else 128 - code]})


def _receive(connection: socket.socket) -> tuple[bytes, socket.socket | None]:
    """A line, and the socket that came with it. Empty: there will be none."""
    line = b""
    theirs = None
    while not line.endswith(b"\n"):
        got, descriptors, _, _ = socket.recv_fds(connection, _MESSAGE, 1)
        for descriptor in descriptors:
            os.set_inheritable(descriptor, False)
            theirs = socket.socket(fileno=descriptor)
        if not got:
            return b"", theirs
        line += got
    return line, theirs


def _send(connection: socket.socket, message: dict[str, Any], *descriptors: int) -> None:
    with contextlib.suppress(OSError):  # nobody listens any more: the end of file follows
        socket.send_fds(connection, [json.dumps(message).encode() + b"\n"], descriptors)
