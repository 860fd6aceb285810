"""Which sale a returned line undoes: the latest earlier one to the same customer with enough left of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from apps.trade.domain import kinds
from apps.trade.domain.lines import Document, Line


class Match(NamedTuple):
    """So many units of a returned line undo line `number` (from 1) of the order made of `document`."""

    document: str
    number: int
    quantity: int


class Sold(NamedTuple):
    """A line that was sold, and what is left of it to return. `price` in pence each."""

    document: str
    number: int
    price: int
    left: int


@dataclass(slots=True)
class Sales:
    """What was sold so far: by customer and code the lines, oldest first; by document the pence left."""

    sold: dict[tuple[str, str], list[Sold]] = field(default_factory=dict)
    money: dict[str, int] = field(default_factory=dict)


def returned_pairs(documents: Iterable[Document]) -> set[tuple[str, str]]:
    """Customers and codes of which anything is ever returned: only their sales need remembering."""
    return {
        (document.customer, line.code)
        for document in documents
        if document.customer
        for line in document.lines
        if line.quantity < 0
    }


def remember(sales: Sales, document: Document, line: Line, number: int) -> None:
    """Adds a line that was sold to a known customer."""
    sold = Sold(document.number, number, kinds.pence(line.price), line.quantity)
    sales.sold.setdefault((document.customer or "", line.code), []).append(sold)


def match(sales: Sales, customer: str | None, line: Line) -> tuple[Match, ...]:
    """Takes a returned line's units from what was sold; what no sale covers stays unmatched.

    In this order: the latest sale at the same price that has enough; then the sales at the same price, latest
    first; then those at a higher price, likewise. A sale at a lower price is never undone: nobody gets back
    more than was paid, for the goods or for the whole order. A guest is nobody that could be known again, so
    a guest's return has no match.
    """
    sold = sales.sold.get((customer, line.code)) if customer else None
    if not sold:
        return ()
    wanted, price, found = -line.quantity, kinds.pence(line.price), []
    for place in _preference(sold, wanted, price):
        money = sales.money[sold[place].document]
        taken = min(wanted, sold[place].left, money // price if price else wanted)
        if taken:
            sales.money[sold[place].document] = money - taken * price
            found.append(Match(sold[place].document, sold[place].number, taken))
            sold[place] = sold[place]._replace(left=sold[place].left - taken)
            wanted -= taken
        if not wanted:
            break
    return tuple(found)


def _preference(sold: list[Sold], wanted: int, price: int) -> list[int]:
    places = [place for place in range(len(sold) - 1, -1, -1) if sold[place].price >= price]
    return sorted(places, key=lambda place: _rank(sold[place], wanted, price))


def _rank(sold: Sold, wanted: int, price: int) -> int:
    if sold.price == price:
        return 0 if sold.left >= wanted else 1
    return 2 if sold.left >= wanted else 3
