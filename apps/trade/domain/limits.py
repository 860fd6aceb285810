"""The limits of the shop's contracts: a file that exceeds one is refused before anything is changed."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from apps.trade.domain import kinds
from apps.trade.domain.lines import Document, Trade, documents
from idl import orders

ORDER_LINES = orders.MAX_LINES
"""Lines of goods in an order (orders contract)."""

ORDER_CHARGES = 100
"""Charges of an order (orders contract)."""

QUANTITY = orders.MAX_QUANTITY
"""Units of any line: the limit of an order line."""

STOCK = 900_000_000
"""Units of one stock code moved in a year: a count in the inventory contract is at most 2,000,000,000."""

MONEY = 2**62 * 10_000
"""The sum of a year's absolute amounts in micros, so that no sum of pence exceeds 64 bits."""

DOCUMENT_LENGTH = 64
"""Characters of a document's number, which is a reference in the shop's books."""


class Excess(NamedTuple):
    """The line at which a file exceeds a limit, the column to look at, and the problem."""

    position: int
    column: str
    problem: str


def excesses(trade: Trade) -> Iterator[Excess]:
    """Where a year exceeds a limit."""
    yield from _totals(trade)
    for document in documents(trade, only=_large(trade)):
        yield from _order(document)


def _large(trade: Trade) -> set[int]:
    """The documents that may be too large for an order."""
    return {number for number, count in Counter(trade.numbers.index).items() if count > ORDER_CHARGES}


def _totals(trade: Trade) -> Iterator[Excess]:
    """Excessive sums of amounts and movements; lines are searched only if the total is too large."""
    amounts = [abs(quantity * price) for quantity, price in zip(trade.quantities, trade.prices, strict=True)]
    if sum(amounts) > MONEY:
        position = next(place for place, total in enumerate(itertools.accumulate(amounts)) if total > MONEY)
        yield Excess(position, "Price", "the sum of the file's amounts exceeds the shop's limit at this line")
    if sum(map(abs, trade.quantities)) > STOCK:
        yield from _movements(trade)


def _movements(trade: Trade) -> Iterator[Excess]:
    quantities = Counter[int]()
    for position, (code, quantity) in enumerate(zip(trade.codes.index, trade.quantities, strict=True)):
        quantities[code] += abs(quantity)
        if quantities[code] > STOCK:
            problem = f"more than {STOCK:,} units of {trade.codes[position]} have moved at this line"
            yield Excess(position, "Quantity", problem)
            return


def _order(document: Document) -> Iterator[Excess]:
    """Where a document exceeds the limits of its order."""
    pairs = list(zip(document.lines, kinds.classify(document), strict=True))
    goods = [line for line, kind in pairs if kind.treatment in (kinds.SALE, kinds.FREE)]
    charges = [line for line, kind in pairs if kind.treatment == kinds.CHARGE]
    for entries, maximum, noun in ((goods, ORDER_LINES, "lines of goods"), (charges, ORDER_CHARGES, "charges")):
        if len(entries) > maximum:
            problem = f"document {document.number} has {len(entries):,} {noun}; an order has up to {maximum:,}"
            yield Excess(entries[maximum].position, "Invoice", problem)
