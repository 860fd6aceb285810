"""The plan of a year, made before anything is changed: products, prices, deliveries and matches."""

from __future__ import annotations

import datetime as dt
import functools
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from apps.trade.domain import kinds, matching, prices, stock
from apps.trade.domain.lines import Document, Line, Trade, documents


class Product(NamedTuple):
    """A product, created on the day of its first sale at its first list price."""

    code: str
    name: str
    day: dt.date
    history: tuple[prices.ListPrice, ...]


class Customer(NamedTuple):
    """A customer, created on the day of their first document."""

    reference: str
    country: str
    day: dt.date


@dataclass(slots=True)
class Plan:
    """Everything that must be known before the first day. `matches` by position of the returned line."""

    products: dict[str, Product] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    receipts: list[stock.Receipt] = field(default_factory=list)
    matches: dict[int, tuple[matching.Match, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class _Scan:
    """The data collected in one pass over the year."""

    plan: Plan
    pairs: set[tuple[str, str]]
    sales: matching.Sales = field(default_factory=matching.Sales)
    votes: prices.Votes = field(default_factory=dict)
    moves: stock.Moves = field(default_factory=dict)
    first: dict[str, dt.date] = field(default_factory=dict)
    names: dict[str, Counter[str]] = field(default_factory=dict)


def make_plan(trade: Trade) -> Plan:
    """Plan the year in two passes: first the returned pairs of customers and codes, then everything else."""
    scan = _Scan(Plan(), matching.returned_pairs(documents(trade)))
    for document in documents(trade):
        _scan_document(scan, document)
    plan = scan.plan
    for code, first in scan.first.items():
        history = prices.list_prices(scan.votes.get(code, {}), first)
        plan.products[code] = Product(code, name_of(code, scan.names.get(code)), first, history)
    for code, days in scan.moves.items():
        plan.receipts.extend(stock.receipts(code, days))
    plan.receipts.sort()
    return plan


def _scan_document(scan: _Scan, document: Document) -> None:
    day = document.at.date()
    if document.customer and document.customer not in scan.plan.customers:
        scan.plan.customers[document.customer] = Customer(document.customer, document.country, day)
    number = 0
    pairs = list(zip(document.lines, kinds.classify(document), strict=True))
    scan.sales.money[document.number] = sum(
        kinds.line_pence(line, kind) for line, kind in pairs if kind.treatment in (kinds.SALE, kinds.CHARGE)
    )
    for line, kind in pairs:
        if kind.treatment in (kinds.SALE, kinds.FREE):
            number += 1
            _scan_sale(scan, document, line, number)
        elif kind.treatment == kinds.RETURN:
            scan.plan.matches[line.position] = matching.match(scan.sales, document.customer, line)
        if kind.treatment in kinds.MOVES_GOODS:
            stock.move(scan.moves, line.code, day, kinds.leaves(line, kind))


def _scan_sale(scan: _Scan, document: Document, line: Line, number: int) -> None:
    day = document.at.date()
    scan.first.setdefault(line.code, day)
    if line.price:
        prices.vote(scan.votes, line.code, day, kinds.pence(line.price))
    if line.description:
        if line.code not in scan.names:
            scan.names[line.code] = Counter()
        scan.names[line.code][clean(line.description)] += 1
    if document.customer and (document.customer, line.code) in scan.pairs:
        matching.remember(scan.sales, document, line, number)


@functools.cache
def clean(description: str) -> str:
    """A description without superfluous spaces and trailing commas."""
    return " ".join(description.split()).strip(" ,.")


def name_of(code: str, names: Counter[str] | None) -> str:
    """The description of most sold lines; of a tie the longest, then the first alphabetically."""
    usable = {name: count for name, count in (names or {}).items() if any(map(str.isalpha, name))}
    if not usable:
        return f"Item {code}"
    return min(usable, key=lambda name: (-usable[name], -len(name), name))
