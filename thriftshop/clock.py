"""The shop's clock: times as milliseconds since the epoch. Tests freeze time here."""

import datetime
import time

# The allowed clock skew between machines. A stored time further in the future was set by a wrong clock.
SKEW_MS = 5_000


def now() -> int:
    """The current time in milliseconds since 1970-01-01T00:00:00Z."""
    return time.time_ns() // 1_000_000


def moment(when: datetime.datetime) -> int:
    """Convert an aware datetime to milliseconds."""
    return round(when.timestamp() * 1000)


def datetime_of(milliseconds: int) -> datetime.datetime:
    """Convert milliseconds to an aware datetime in UTC."""
    return datetime.datetime.fromtimestamp(milliseconds / 1000, tz=datetime.UTC)
