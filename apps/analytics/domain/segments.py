"""Segments of customers by recency, frequency and money, each in five groups of equal size (5 is the best)."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import Any, NamedTuple

GROUPS = 5


class Cell(NamedTuple):
    """Customers in the same groups, and what they have spent."""

    recency: int
    frequency: int
    money: int
    customers: int
    net: int


class Segment(NamedTuple):
    """A segment with its customers, and what they have spent."""

    name: str
    meaning: str
    customers: int
    net: int


MEANINGS = {
    "Champions": "bought lately, often, and for much",
    "Loyal": "buy often",
    "Recent": "bought lately, so far little",
    "Needs attention": "average in all",
    "At risk": "bought often, but not lately",
    "Lost": "bought little, long ago",
}


def segment_of(cell: Cell) -> str:
    """The segment of a cell."""
    value = max(cell.frequency, cell.money)
    if cell.recency >= 4:
        if cell.frequency >= 4 and cell.money >= 4:
            return "Champions"
        return "Loyal" if cell.frequency >= 4 else "Recent"
    if cell.recency == 3:
        return "Loyal" if cell.frequency >= 4 else "Needs attention"
    return "At risk" if value >= 4 else "Lost"


def segments(cells: Iterable[Cell]) -> list[Segment]:
    """All segments, the best first."""
    totals = {name: [0, 0] for name in MEANINGS}
    for cell in cells:
        total = totals[segment_of(cell)]
        total[0] += cell.customers
        total[1] += cell.net
    return [Segment(name, MEANINGS[name], *totals[name]) for name in MEANINGS]


def starts(customers: int) -> list[int]:
    """The places at which the second to the last group begin among ordered customers, as SQL's `ntile` divides them."""
    size, larger = divmod(customers, GROUPS)
    places = [group * size + min(group, larger) for group in range(1, GROUPS)]
    return [place for place in places if place < customers]


def group_of(firsts: list[list[Any]], customer: list[Any]) -> int:
    """The group of a customer, from the first ones of the second to the last group."""
    return 1 + bisect_right(firsts, customer)


def key_of(name: str) -> str:
    """A segment as audiences of flags name it."""
    return name.lower().replace(" ", "-")
