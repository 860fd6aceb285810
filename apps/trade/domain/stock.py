"""Planned deliveries, so that nothing is sold, lost or given away that is not in stock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from apps.trade.domain import prices

LOTS = ((60, 6), (600, 24), (6_000, 100))
"""Pairs of a quantity and the carton size up to that quantity; above, cartons hold 1,000."""


class Day(NamedTuple):
    """Units of one code that leave and enter stock on one day (ordinal)."""

    day: int
    leaves: int
    enters: int


class Receipt(NamedTuple):
    """Goods received at the start of a day."""

    day: dt.date
    code: str
    quantity: int


Moves = dict[str, list[Day]]
"""By code, its days in order."""


def move(moves: Moves, code: str, day: dt.date, quantity: int) -> None:
    """Add units that leave (positive) or enter (negative) stock. Days must be in order."""
    days, ordinal = moves.setdefault(code, []), day.toordinal()
    last = days.pop() if days and days[-1].day == ordinal else Day(ordinal, 0, 0)
    if quantity > 0:
        days.append(Day(ordinal, last.leaves + quantity, last.enters))
    else:
        days.append(Day(ordinal, last.leaves, last.enters - quantity))


def lot(quantity: int) -> int:
    """The quantity rounded up to whole cartons."""
    size = next((size for limit, size in LOTS if quantity <= limit), 1_000)
    return -(-quantity // size) * size


def receipts(code: str, days: list[Day]) -> Iterator[Receipt]:
    """At most one delivery a month: on the first day with a shortage, for the rest of the month.

    Units that enter on a day count from the next day, so that the order of a day's documents does not matter.
    """
    level = place = 0
    while place < len(days):
        month = prices.month_of(dt.date.fromordinal(days[place].day))
        end = place
        while end < len(days) and prices.month_of(dt.date.fromordinal(days[end].day)) == month:
            end += 1
        level, receipt = _month(code, days[place:end], level)
        if receipt:
            yield receipt
        place = end


def _month(code: str, days: list[Day], level: int) -> tuple[int, Receipt | None]:
    running, lowest, short = level, 0, None
    for day in days:
        running -= day.leaves
        if running < 0 and short is None:
            short = day.day
        lowest = min(lowest, running)
        running += day.enters
    if short is None:
        return running, None
    quantity = lot(-lowest)
    return running + quantity, Receipt(dt.date.fromordinal(short), code, quantity)
