"""Days and months in the shop's time zone."""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

QUARTER_MS = 900_000
"""Offsets of time zones change at full quarters of an hour."""


def day_of(moment: int, zone: str) -> str:
    """The day of a moment in milliseconds: `2010-05-28`."""
    return _day_of_quarter(moment // QUARTER_MS, zone)


@lru_cache(maxsize=50_000)
def _day_of_quarter(quarter: int, zone: str) -> str:
    moment = dt.datetime.fromtimestamp(quarter * QUARTER_MS / 1000, tz=ZoneInfo(zone))
    return moment.date().isoformat()
