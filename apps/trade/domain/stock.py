"""When goods must come in, so that nothing is sold, lost or given away that is not there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from apps.trade.domain import prices

LOTS = ((60, 6), (600, 24), (6_000, 100))
"""Up to so many, goods come in multiples of so many; above all, in thousands."""


class Day(NamedTuple):
    """What leaves the shelf and what comes back to it on one day (ordinal), for one code."""

    day: int
    leaves: int
    comes: int


class Receipt(NamedTuple):
    """Goods received at the opening of a day."""

    day: dt.date
    code: str
    quantity: int


Moves = dict[str, list[Day]]
"""By code, its days in order."""


def move(moves: Moves, code: str, day: dt.date, quantity: int) -> None:
    """Counts units leaving the shelf (above nothing) or coming back (below). Days must come in order."""
    days, ordinal = moves.setdefault(code, []), day.toordinal()
    last = days.pop() if days and days[-1].day == ordinal else Day(ordinal, 0, 0)
    if quantity > 0:
        days.append(Day(ordinal, last.leaves + quantity, last.comes))
    else:
        days.append(Day(ordinal, last.leaves, last.comes - quantity))


def lot(quantity: int) -> int:
    """The least whole number of cartons that holds `quantity`."""
    size = next((size for limit, size in LOTS if quantity <= limit), 1_000)
    return -(-quantity // size) * size


def receipts(code: str, days: list[Day]) -> Iterator[Receipt]:
    """One delivery a month at most: on the first day on which the month runs short, for the rest of it.

    What comes back on a day counts from the next day on, so that the day's own order does not matter.
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
        running += day.comes
    if short is None:
        return running, None
    quantity = lot(-lowest)
    return running + quantity, Receipt(dt.date.fromordinal(short), code, quantity)
