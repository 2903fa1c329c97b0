"""Studies of other tools, taken into the store."""

from __future__ import annotations

import os
from collections.abc import Iterable

from hpopt import _engine
from hpopt.study import Study, default_storage


def import_study(
    source: str | os.PathLike[str],
    name: str | None = None,
    *,
    study: str | None = None,
    metric: str | None = None,
    parameters: Iterable[str] = (),
    storage: str | os.PathLike[str] | None = None,
) -> Study:
    """The study in `source`: Optuna's SQLite or journal file, a folder of the original, a CSV file.

    The same import again finds the study and adds nothing.

    Args:
        source: Path.
        name: What the study is called here; default: as it is called there.
        study: Which of several in the source.
        metric: "NAME:max" or "NAME:min"; a table needs it.
        parameters: Columns of a table; default: those named "params_*" or "param.*".
        storage: As in Study.open.

    Errors: NotFound; InvalidInput: damaged, of several objectives, or the name is taken.
    """
    place = os.fspath(storage) if storage is not None else default_storage()
    found, objective, maximize = _engine.import_study(
        os.fspath(source), name or "", study or "", metric or "", list(parameters), place
    )
    return Study.open(
        found, storage=place, objectives=f"{objective}:{'max' if maximize else 'min'}"
    )
