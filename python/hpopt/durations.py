"""Times as people write them: seconds, "30m", "1h30m", or a timedelta."""

from __future__ import annotations

import datetime
import math

from hpopt import _engine
from hpopt.errors import InvalidInput

Duration = float | int | str | datetime.timedelta


def as_seconds(time: Duration | None, where: str = "time") -> float:
    """Seconds; 0 where there is no bound. Errors: InvalidInput."""
    if time is None:
        return 0.0
    if isinstance(time, datetime.timedelta):
        seconds = time.total_seconds()
    elif isinstance(time, str):
        seconds = _engine.parse_duration(time)
    elif isinstance(time, bool) or not isinstance(time, (int, float)):
        raise InvalidInput(f"{time!r} is no time", where, 'give seconds, "30m" or a timedelta')
    else:
        seconds = float(time)
    if not math.isfinite(seconds) or seconds <= 0:
        raise InvalidInput(f"a time of {time!r} is nothing", where, 'give seconds > 0, or "30m"')
    return seconds
