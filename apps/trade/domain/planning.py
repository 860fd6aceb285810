"""The plan of a year, made before anything is done: products, prices, deliveries, matches."""

from __future__ import annotations

import datetime as dt
import functools
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from apps.trade.domain import kinds, matching, prices, stock
from apps.trade.domain.lines import Document, Line, Trade, documents


class Product(NamedTuple):
    """A product appears on the day of its first sale, at its first list price."""

    code: str
    name: str
    day: dt.date
    history: tuple[prices.ListPrice, ...]


class Customer(NamedTuple):
    """A customer is known from the day of the first document made out to them."""

    reference: str
    country: str
    day: dt.date


@dataclass(slots=True)
class Plan:
    """All that must be known ahead of the first day. `matches` by position of the returned line."""

    products: dict[str, Product] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    receipts: list[stock.Receipt] = field(default_factory=list)
    matches: dict[int, tuple[matching.Match, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class _Seen:
    """What one walk through the year collects."""

    plan: Plan
    pairs: set[tuple[str, str]]
    sales: matching.Sales = field(default_factory=matching.Sales)
    votes: prices.Votes = field(default_factory=dict)
    moves: stock.Moves = field(default_factory=dict)
    first: dict[str, dt.date] = field(default_factory=dict)
    names: dict[str, Counter[str]] = field(default_factory=dict)


def make_plan(trade: Trade) -> Plan:
    """Walks through the year twice: who returns what; then everything, to say what must happen when."""
    seen = _Seen(Plan(), matching.returned_pairs(documents(trade)))
    for document in documents(trade):
        _see(seen, document)
    plan = seen.plan
    for code, first in seen.first.items():
        history = prices.list_prices(seen.votes.get(code, {}), first)
        plan.products[code] = Product(code, name_of(code, seen.names.get(code)), first, history)
    for code, days in seen.moves.items():
        plan.receipts.extend(stock.receipts(code, days))
    plan.receipts.sort()
    return plan


def _see(seen: _Seen, document: Document) -> None:
    day = document.at.date()
    if document.customer and document.customer not in seen.plan.customers:
        seen.plan.customers[document.customer] = Customer(document.customer, document.country, day)
    number = 0
    pairs = list(zip(document.lines, kinds.classify(document), strict=True))
    seen.sales.money[document.number] = sum(
        kinds.line_pence(line, kind) for line, kind in pairs if kind.treatment in (kinds.SALE, kinds.CHARGE)
    )
    for line, kind in pairs:
        if kind.treatment in (kinds.SALE, kinds.FREE):
            number += 1
            _see_sale(seen, document, line, number)
        elif kind.treatment == kinds.RETURN:
            seen.plan.matches[line.position] = matching.match(seen.sales, document.customer, line)
        if kind.treatment in kinds.ON_THE_SHELF:
            stock.move(seen.moves, line.code, day, kinds.leaves(line, kind))


def _see_sale(seen: _Seen, document: Document, line: Line, number: int) -> None:
    day = document.at.date()
    seen.first.setdefault(line.code, day)
    if line.price:
        prices.vote(seen.votes, line.code, day, kinds.pence(line.price))
    if line.description:
        if line.code not in seen.names:
            seen.names[line.code] = Counter()
        seen.names[line.code][clean(line.description)] += 1
    if document.customer and (document.customer, line.code) in seen.pairs:
        matching.remember(seen.sales, document, line, number)


@functools.cache
def clean(description: str) -> str:
    """A description without stray spaces and trailing commas."""
    return " ".join(description.split()).strip(" ,.")


def name_of(code: str, names: Counter[str] | None) -> str:
    """The description that most sold lines bear; of equals the longest, then the first by alphabet."""
    known = {name: count for name, count in (names or {}).items() if any(map(str.isalpha, name))}
    if not known:
        return f"Item {code}"
    return min(known, key=lambda name: (-known[name], -len(name), name))
