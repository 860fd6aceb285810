"""Periods of days, and the whole months within them."""

import datetime as dt
from typing import NamedTuple


class Period(NamedTuple):
    """Days from the first to the last, both included."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        """The number of days."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """The period of the same length before this one."""
        last = self.first - dt.timedelta(days=1)
        return Period(last - dt.timedelta(days=self.days - 1), last)

    @property
    def bounds(self) -> tuple[str, str]:
        """The first and the last day as texts."""
        return self.first.isoformat(), self.last.isoformat()

    def each_day(self) -> list[str]:
        """Every day."""
        return [(self.first + dt.timedelta(days=number)).isoformat() for number in range(self.days)]


def parts(period: Period) -> tuple[list[str], list[str]]:
    """The whole months of a period, and the days outside of these."""
    months: dict[str, list[dt.date]] = {}
    for number in range(period.days):
        day = period.first + dt.timedelta(days=number)
        months.setdefault(f"{day:%Y-%m}", []).append(day)
    whole = [month for month, found in months.items() if len(found) == _length(found[0])]
    return whole, [day.isoformat() for month, found in months.items() if month not in whole for day in found]


def _length(day: dt.date) -> int:
    following = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return (following - dt.timedelta(days=1)).day
