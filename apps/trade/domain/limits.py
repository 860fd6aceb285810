"""How much the shop's contracts hold: a file that exceeds it is refused before anything is done."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from apps.trade.domain import kinds
from apps.trade.domain.lines import Document, Trade, documents
from idl import orders

ORDER_LINES = orders.MAX_LINES
"""Lines of goods in an order, by the contract of orders."""

ORDER_CHARGES = 100
"""Charges on an order, by the contract of orders."""

QUANTITY = orders.MAX_QUANTITY
"""Units in any line, whatever it is: no more than a line of an order may have."""

STOCK = 900_000_000
"""Units of one stock code that may move in a year: a count in the contract of inventory is at most 2,000,000,000."""

MONEY = 2**62 * 10_000
"""Micros that the amounts of a year may come to without their signs, so that no sum of pence exceeds 64 bits."""

DOCUMENT_LENGTH = 64
"""Characters of a document's number: the shop's books hold it as a reference."""


class Excess(NamedTuple):
    """The line at which a file exceeds a limit, the column to look at, and the problem."""

    position: int
    column: str
    problem: str


def excesses(trade: Trade) -> Iterator[Excess]:
    """What in a year is more than the shop can process."""
    yield from _totals(trade)
    for document in documents(trade, only=_large(trade)):
        yield from _order(document)


def _large(trade: Trade) -> set[int]:
    """The documents with so many lines that they may be too large for an order."""
    return {number for number, count in Counter(trade.numbers.index).items() if count > ORDER_CHARGES}


def _totals(trade: Trade) -> Iterator[Excess]:
    """Amounts and movements that are too much for sums; found line by line only where the whole is too much."""
    amounts = [abs(quantity * price) for quantity, price in zip(trade.quantities, trade.prices, strict=True)]
    if sum(amounts) > MONEY:
        position = next(place for place, total in enumerate(itertools.accumulate(amounts)) if total > MONEY)
        yield Excess(position, "Price", "up to here the file's amounts come to more than the shop can count")
    if sum(map(abs, trade.quantities)) > STOCK:
        yield from _movements(trade)


def _movements(trade: Trade) -> Iterator[Excess]:
    moved = Counter[int]()
    for position, (code, quantity) in enumerate(zip(trade.codes.index, trade.quantities, strict=True)):
        moved[code] += abs(quantity)
        if moved[code] > STOCK:
            problem = f"up to here more than {STOCK:,} units of {trade.codes[position]} have moved"
            yield Excess(position, "Quantity", problem)
            return


def _order(document: Document) -> Iterator[Excess]:
    """What is too much for the one order that a document's goods make."""
    pairs = list(zip(document.lines, kinds.classify(document), strict=True))
    goods = [line for line, kind in pairs if kind.treatment in (kinds.SALE, kinds.FREE)]
    charges = [line for line, kind in pairs if kind.treatment == kinds.CHARGE]
    for found, most, what in ((goods, ORDER_LINES, "lines of goods"), (charges, ORDER_CHARGES, "charges")):
        if len(found) > most:
            problem = f"document {document.number} has {len(found):,} {what}; an order has up to {most:,}"
            yield Excess(found[most].position, "Invoice", problem)
