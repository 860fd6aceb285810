"""Dates written as text, with the order of day and month determined from all dates of a file."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

_TIME = r"(?:[ T]+(\d{1,2})(?::(\d{2}))?(?::(\d{2})(?:\.\d+)?)?(?:\s?([AaPp])\.?[Mm]\.?)?)?"
_DAY_MONTH = re.compile(rf"(\d{{1,2}})(?:([/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}})|(-)(\d{{1,2}})-(\d{{4}})),?{_TIME}")
_YEAR_FIRST = re.compile(rf"(\d{{4}})([/.-])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")


class Order(NamedTuple):
    """Whether the day comes first, and whether the file decides it."""

    day_first: bool
    decided: bool


class _Date(NamedTuple):
    first: int
    second: int
    year: int
    separator: str
    time: tuple[str | None, ...]


def order(cells: Sequence[Any], *, default: bool) -> Order:
    """The order that all dates allow; of two, the one in which fewer rows go back in time.

    If neither decides, dates with dots or dashes have the day first, and those with slashes follow `default`.
    """
    dates = [date for date in map(_split, cells) if date is not None]
    firsts, seconds = max((d.first for d in dates), default=0), max((d.second for d in dates), default=0)
    if firsts > 12 or seconds > 12:
        return Order(firsts > 12, decided=True)
    if not dates or all(date.first == date.second for date in dates):
        return Order(default, decided=True)
    if all(date.separator != "/" for date in dates):
        return Order(day_first=True, decided=True)
    back = {day_first: _steps_back(cells, day_first=day_first) for day_first in (True, False)}
    if back[True] == back[False]:
        return Order(default, decided=False)
    return Order(back[True] < back[False], decided=True)


def parse(cell: Any, *, day_first: bool) -> dt.datetime | None:
    """Parse a date, with its time zone if it has one; None if it is not a date."""
    if isinstance(cell, dt.datetime):
        return cell
    if isinstance(cell, dt.date):
        return dt.datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - times in files have no zone
    if not isinstance(cell, str):
        return None
    plain = " ".join(cell.split())
    try:
        return _written(plain, day_first)
    except ValueError:
        return None


def _written(plain: str, day_first: bool) -> dt.datetime:
    if split := _split(plain):
        day, month = (split.first, split.second) if day_first else (split.second, split.first)
        return _moment(split.year + 2000 * (split.year < 100), month, day, split.time)
    if match := _YEAR_FIRST.fullmatch(plain):
        return _moment(int(match[1]), int(match[3]), int(match[4]), match.groups()[4:])
    return dt.datetime.fromisoformat(plain)


def _split(cell: Any) -> _Date | None:
    match = _DAY_MONTH.fullmatch(" ".join(cell.split())) if isinstance(cell, str) else None
    if match is None:
        return None
    second, year = match[3] or match[6], match[4] or match[7]
    return _Date(int(match[1]), int(second), int(year), match[2] or match[5], match.groups()[7:])


def _moment(year: int, month: int, day: int, time: Sequence[str | None]) -> dt.datetime:
    hour, minute, second = (int(part or 0) for part in time[:3])
    half = (time[3] or "").lower()
    if time[0] and not (half or time[1]):
        raise ValueError("an hour without minutes")
    if half:
        if not 1 <= hour <= 12:
            raise ValueError("an hour with AM or PM is 1 to 12")
        hour = hour % 12 + 12 * (half == "p")
    return dt.datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - times in files have no zone


def _steps_back(cells: Iterable[Any], *, day_first: bool) -> int:
    dates = (parse(cell, day_first=day_first) for cell in cells)
    plain = (moment.replace(tzinfo=None) for moment in dates if moment is not None)
    return sum(after < before for before, after in itertools.pairwise(plain))
