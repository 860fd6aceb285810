"""A product's list prices over the year: the price of most lines, changed only if the new price persists."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from typing import NamedTuple

Month = int
"""Year times twelve plus month from 0."""

Votes = dict[str, dict[Month, Counter[int]]]
"""By code and month, the number of lines sold at each price in pence."""


class ListPrice(NamedTuple):
    """The product's list price in pence, from `day`."""

    day: dt.date
    price: int


def month_of(day: dt.date) -> Month:
    return day.year * 12 + day.month - 1


def first_day(month: Month) -> dt.date:
    return dt.date(month // 12, month % 12 + 1, 1)


def vote(votes: Votes, code: str, day: dt.date, price: int) -> None:
    """Count a sold line. One line is one vote, so that a single large order does not set the price."""
    months = votes.setdefault(code, {})
    month = month_of(day)
    if month not in months:
        months[month] = Counter()
    months[month][price] += 1


def list_prices(months: dict[Month, Counter[int]], first: dt.date) -> tuple[ListPrice, ...]:
    """The product's price history, from the day of its first sale.

    A month's price is the price of most of its lines (of a tie the higher, because agreed prices are below the
    list price). The history starts with the first month's price. Another price replaces it on the first of a
    month if it leads that month and the next month with sales. A list price is at least a penny.
    """
    leading = [(month, _leader(months[month])) for month in sorted(months)]
    history = [ListPrice(first, max(1, leading[0][1] if leading else 1))]
    for (month, price), (_, next_price) in itertools.pairwise(leading[1:]):
        if price == next_price and max(1, price) != history[-1].price:
            history.append(ListPrice(first_day(month), max(1, price)))
    return tuple(history)


def _leader(counts: Counter[int]) -> int:
    return max(counts, key=lambda price: (counts[price], price))


def price_on(history: tuple[ListPrice, ...], day: dt.date) -> int:
    """The list price on a day, in pence; the first one for a day before the history begins."""
    return next((entry.price for entry in reversed(history) if entry.day <= day), history[0].price)
