"""The shop's clock: moments as milliseconds since the epoch, and the one place where tests may hold time still."""

import datetime
import time

# Clocks of two machines may differ by so much. A stored moment further in the future was set by a clock that was wrong.
SKEW_MS = 5_000


def now() -> int:
    """This moment, in milliseconds since 1970-01-01T00:00:00Z."""
    return time.time_ns() // 1_000_000


def moment(when: datetime.datetime) -> int:
    """An aware datetime as a moment in milliseconds."""
    return round(when.timestamp() * 1000)


def datetime_of(milliseconds: int) -> datetime.datetime:
    """A moment in milliseconds as an aware datetime in UTC."""
    return datetime.datetime.fromtimestamp(milliseconds / 1000, tz=datetime.UTC)
