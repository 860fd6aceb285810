"""Matching returned lines with earlier sales to the same customer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from apps.trade.domain import kinds
from apps.trade.domain.lines import Document, Line


class Match(NamedTuple):
    """A quantity of a returned line that is matched with line `number` (from 1) of the order of `document`."""

    document: str
    number: int
    quantity: int


class Sold(NamedTuple):
    """A sold line, and the quantity left to return. `price` in pence each."""

    document: str
    number: int
    price: int
    returnable: int


@dataclass(slots=True)
class Sales:
    """The sales so far: by customer and code the lines, oldest first; by document the pence left to refund."""

    sold: dict[tuple[str, str], list[Sold]] = field(default_factory=dict)
    money: dict[str, int] = field(default_factory=dict)


def returned_pairs(documents: Iterable[Document]) -> set[tuple[str, str]]:
    """The pairs of customers and codes with returns: only their sales need to be stored."""
    return {
        (document.customer, line.code)
        for document in documents
        if document.customer
        for line in document.lines
        if line.quantity < 0
    }


def remember(sales: Sales, document: Document, line: Line, number: int) -> None:
    """Add a line sold to a customer."""
    sold = Sold(document.number, number, kinds.pence(line.price), line.quantity)
    sales.sold.setdefault((document.customer or "", line.code), []).append(sold)


def match(sales: Sales, customer: str | None, line: Line) -> tuple[Match, ...]:
    """Match a returned line with sales; the rest stays unmatched.

    The order is: the latest sale at the same price with enough left; other sales at the same price, the latest
    first; sales at a higher price, likewise. A sale at a lower price never matches, because a refund must not
    exceed what was paid, for the goods or for the whole order. Guests cannot be identified, so their returns
    have no match.
    """
    sold = sales.sold.get((customer, line.code)) if customer else None
    if not sold:
        return ()
    remaining, price, matches = -line.quantity, kinds.pence(line.price), []
    for place in _preference(sold, remaining, price):
        money = sales.money[sold[place].document]
        quantity = min(remaining, sold[place].returnable, money // price if price else remaining)
        if quantity:
            sales.money[sold[place].document] = money - quantity * price
            matches.append(Match(sold[place].document, sold[place].number, quantity))
            sold[place] = sold[place]._replace(returnable=sold[place].returnable - quantity)
            remaining -= quantity
        if not remaining:
            break
    return tuple(matches)


def _preference(sold: list[Sold], quantity: int, price: int) -> list[int]:
    places = [place for place in range(len(sold) - 1, -1, -1) if sold[place].price >= price]
    return sorted(places, key=lambda place: _rank(sold[place], quantity, price))


def _rank(sold: Sold, quantity: int, price: int) -> int:
    if sold.price == price:
        return 0 if sold.returnable >= quantity else 1
    return 2 if sold.returnable >= quantity else 3
