"""What can go wrong: one small hierarchy, each with what, where and how to mend it.

Every error of hpopt is an `HpoptError`. The kinds that Python has a word for are that, too: a wrong
argument is a `ValueError`, a missing study a `LookupError`, a store that fails an `OSError`.
"""

from __future__ import annotations


class HpoptError(Exception):
    """Something that hpopt can name.

    Attributes:
        what: What is wrong, one line.
        where: A path, a parameter or an argument; may be empty.
        mend: What to do about it; may be empty.
    """

    def __init__(self, what: str, where: str = "", mend: str = "") -> None:
        self.what = what
        self.where = where
        self.mend = mend
        super().__init__(what, where, mend)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f" ({self.mend})" if self.mend else ""
        return f"{place}{self.what}{remedy}"


class InvalidInput(HpoptError, ValueError):
    """A wrong argument, space, objective or score."""


class NotFound(HpoptError, LookupError):
    """A study, trial or file that is named does not exist."""


class Exhausted(NotFound):
    """There is nothing more to ask: the space or the number of trials is used up."""


class TimeUp(HpoptError):
    """The study's time is up."""


class Conflict(HpoptError):
    """Another process was faster, or a trial has its result already."""


class Busy(HpoptError):
    """Somebody else holds it: the same study runs already."""


class StorageError(HpoptError, OSError):
    """The store can't be read or written."""

    def __str__(self) -> str:
        return HpoptError.__str__(self)


class Unavailable(HpoptError):
    """A resource of the machine, or an optional package, is missing."""


class InternalError(HpoptError):
    """A defect of hpopt: please report it."""


_KINDS: dict[str, type[HpoptError]] = {
    "invalid": InvalidInput,
    "not_found": NotFound,
    "exhausted": Exhausted,
    "time_up": TimeUp,
    "conflict": Conflict,
    "busy": Busy,
    "storage": StorageError,
    "unavailable": Unavailable,
    "internal": InternalError,
}


def of_kind(kind: str, what: str, where: str = "", mend: str = "") -> HpoptError:
    """The error that the engine names by a word."""
    return _KINDS.get(kind, InternalError)(what, where, mend)
