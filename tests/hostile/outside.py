"""Watches a program that runs hostile trainers: when it ended, and what it left behind.

    kinds()                                   # {"daemonizes": "Leaves a daemon: ...", ...}
    with tempfile.TemporaryDirectory() as folder:
        seen = watch([HPOPT, "run", ...], folder, ["daemonizes"], limit=30)
        seen.ended, seen.gone, seen.left, seen.reported

A process belongs to a run if its environment names the folder of the run, or, where it has thrown
that away, if it works there or holds something open there. So daemons in sessions of their own are
found, too.
"""

import ast
import dataclasses
import json
import math
import os
import pathlib
import signal
import subprocess
import time
import types

HERE = pathlib.Path(__file__).resolve().parent
MIX = str(HERE / "mix.py")
# Those after which hpopt says that its store failed: it ends with another code, and its answer.
STORE_BREAKERS = {"locks_the_store", "removes_the_store"}
_NOT_A_KIND = {"mix", "outside", "training"}
_MARK = b"HOSTILE_FOLDER="
_PROC = pathlib.Path("/proc")
_MOST_LOOKS = 20  # in one search
_SURE = 3  # searches that find nothing
_LOOK = 0.02  # seconds
_PATIENCE = 5.0  # seconds after the end of the program in which all may yet go


def kinds():
    """Every hostility by its name, and what it does."""
    found = {}
    for path in sorted(HERE.glob("*.py")):
        if path.stem not in _NOT_A_KIND:
            found[path.stem] = ast.get_docstring(ast.parse(path.read_text()))
    return found


def environment(folder, names, **changes):
    """What a run in `folder` of these kinds gets; nothing that steers hpopt comes in from us."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("HPOPT", "HOSTILE_"))}
    return kept | {
        "HOSTILE_FOLDER": str(folder),
        "HOSTILE_KINDS": ",".join(names),
        "HOSTILE_PID_NAMESPACE": os.readlink("/proc/self/ns/pid"),
        "LC_ALL": "C.UTF-8",
    } | changes


@dataclasses.dataclass
class Process:
    number: int
    state: str
    words: str


def _links(process):
    yield process / "cwd"
    try:
        yield from (process / "fd").iterdir()
    except OSError:
        return


def _belongs(process, folder):
    """By its environment; only of one that names no run, which has lost it, its files are asked."""
    try:
        variables = (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return False
    for variable in variables:
        if variable.startswith(_MARK):
            return variable == _MARK + os.fsencode(folder)
    for link in _links(process):
        try:
            target = os.readlink(link)
        except OSError:
            continue
        if target == str(folder) or target.startswith(f"{folder}/"):
            return True
    return False


def _status(process):
    """Its state and when it began, which tells it from an earlier one of the same number."""
    fields = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()
    return fields[0], fields[19]


def _numbers():
    return {name for name in os.listdir("/proc") if name.isdigit()} - {str(os.getpid())}


def _everything():
    """The numbers of all processes and when each began."""
    found = {}
    for number in _numbers():
        try:
            found[number] = _status(_PROC / number)[1]
        except OSError:
            pass
    return found


def _live_thread(process, state):
    """Where to ask: a process whose first thread has ended answers by another. None: it is dead."""
    if state not in "ZX":
        return process
    others = [thread for thread in (process / "task").iterdir() if thread.name != process.name]
    return others[0] if others else None


def _find(folder, before):
    """One by one. Those born meanwhile are asked at once: some are gone a moment later."""
    asked = set()
    for _ in range(_MOST_LOOKS):
        fresh = _numbers() - asked
        asked |= fresh
        for number in fresh:
            process = _PROC / number
            try:
                state, begun = _status(process)
                thread = _live_thread(process, state)
                if thread is None or before.get(number) == begun or not _belongs(thread, folder):
                    continue
                words = (thread / "cmdline").read_bytes()
            except OSError:
                continue
            text = words.replace(b"\0", b" ").decode(errors="replace").strip()
            yield Process(int(number), state, text)
        if not fresh:
            return


def processes(folder, before=types.MappingProxyType({})):
    """The live processes of the run in `folder`, without those that were there `before`."""
    return list(_find(folder, before))


def end_all(folder, before=types.MappingProxyType({}), seconds=10):
    """KILL to everything of the run, again and again, until nothing is found any more."""
    end = time.monotonic() + seconds
    empty = 0
    while empty < _SURE:
        left = []
        for process in _find(folder, before):
            left.append(process)
            try:
                os.kill(process.number, signal.SIGKILL)
            except ProcessLookupError:
                pass
        empty = 0 if left else empty + 1
        if time.monotonic() > end:
            raise RuntimeError(f"these do not die: {left}")


@dataclasses.dataclass
class Seen:
    """Seconds count from the start of the program."""

    begun: float  # on the monotonic clock
    ended: float  # the program itself; the limit, if it had to be killed
    gone: float  # it and all that it had started; infinite: not while we watched
    code: int | None  # None: killed by us
    output: str
    left: list  # what lived a second after the program
    peak_kib: int  # of the program itself
    diary: list

    @property
    def reported(self):
        return any(entry["what"] == "reported" for entry in self.diary)


def _peak_kib(number):
    try:
        text = pathlib.Path(f"/proc/{number}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if "VmHWM" in line), 0)


def _diary(folder):
    path = pathlib.Path(folder) / "diary.jsonl"
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines()]


def _wait(program, limit, interrupt_at):
    """Until it ends or the limit comes; its peak of memory."""
    peak = 0
    while program.poll() is None and time.monotonic() < limit:
        peak = max(peak, _peak_kib(program.pid))
        if interrupt_at is not None and time.monotonic() >= interrupt_at:
            program.send_signal(signal.SIGINT)
            interrupt_at = None
        try:
            program.wait(_LOOK)
        except subprocess.TimeoutExpired:
            pass
    return peak


def _wait_until_gone(folder, before, ended, limit):
    """When nothing lived any more, and what lived a second after the program."""
    gone = math.inf
    while True:
        left = processes(folder, before)
        now = time.monotonic()
        gone = math.inf if left else min(gone, now)
        if now >= ended + 1:
            break
        time.sleep(_LOOK)
    while gone == math.inf and time.monotonic() < min(limit, ended + _PATIENCE):
        time.sleep(_LOOK)
        gone = math.inf if processes(folder, before) else time.monotonic()
    return gone, left


def watch(command, folder, names, limit, interrupt_after=None, **changes):
    """Runs it in `folder`. `limit`: seconds, then what still lives is killed."""
    before = _everything()
    printed = pathlib.Path(folder) / "output.txt"
    with open(printed, "wb") as output:
        begun = time.monotonic()
        program = subprocess.Popen(
            command, cwd=folder, env=environment(folder, names, **changes),
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True)
    try:
        interrupt_at = None if interrupt_after is None else begun + interrupt_after
        peak = _wait(program, begun + limit, interrupt_at)
        ended = time.monotonic()
        code = program.poll()
        gone, left = _wait_until_gone(folder, before, ended, begun + limit)
    finally:
        end_all(folder, before)
        program.wait()
    return Seen(begun, ended - begun, gone - begun, code, printed.read_text(errors="replace"), left,
                peak, _diary(folder))
