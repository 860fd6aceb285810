"""The year's documents as commands for the shop, day by day, in chronological order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from apps.trade.domain import kinds, planning, prices, stock
from apps.trade.domain.lines import Document, Line, Trade, documents


class OrderLine(NamedTuple):
    """Line `number` (from 1) of an order. Prices in pence each; `price` is agreed if it is not the list price."""

    number: int
    code: str
    quantity: int
    price: int
    list_price: int


class Charge(NamedTuple):
    """An amount on an order that is not for goods; negative if it reduces the order's total."""

    service: str
    label: str
    amount: int


class Order(NamedTuple):
    """Place, pay and ship the goods of one document."""

    key: str
    document: str
    at: dt.datetime
    customer: str | None
    country: str
    lines: tuple[OrderLine, ...]
    charges: tuple[Charge, ...]


class ReturnLine(NamedTuple):
    """Returned units of line `number` of an order."""

    number: int
    code: str
    quantity: int


class Return(NamedTuple):
    """Restock and refund goods of the order of document `order`."""

    key: str
    document: str
    at: dt.datetime
    order: str
    lines: tuple[ReturnLine, ...]
    refund: int


class StockNote(NamedTuple):
    """Goods found (`found`), lost (`loss`), or returned without a known order (`return`)."""

    key: str
    document: str
    at: dt.datetime
    treatment: str
    code: str
    quantity: int
    reason: str


class Adjustment(NamedTuple):
    """Money without an order. `amount` in pence, negative if the shop pays it."""

    key: str
    document: str
    at: dt.datetime
    customer: str | None
    service: str
    label: str
    amount: int


ONE_DAY = dt.timedelta(days=1)

Step = Order | Return | StockNote | Adjustment

GOODWILL = "goodwill"
"""The service of a refund for goods of an unknown sale."""


@dataclass(slots=True)
class Day:
    """One day: what happens before the shop opens, then the commands of its documents. `lines` counts source lines."""

    date: dt.date
    customers: list[planning.Customer] = field(default_factory=list)
    products: list[planning.Product] = field(default_factory=list)
    prices: list[tuple[str, int]] = field(default_factory=list)
    receipts: list[stock.Receipt] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    lines: int = 0


def days(trade: Trade, plan: planning.Plan) -> Iterator[Day]:
    """Every day on which anything happens, in order."""
    openings = _openings(plan)
    day: Day | None = None
    for document in documents(trade):
        date = document.at.date()
        if day is None or day.date != date:
            if day is not None:
                yield day
            yield from (openings.pop(d) for d in sorted(openings) if d < date)
            day = openings.pop(date, Day(date))
        day.steps.extend(steps(document, plan))
        day.lines += len(document.lines)
    if day is not None:
        yield day


def _openings(plan: planning.Plan) -> dict[dt.date, Day]:
    days: dict[dt.date, Day] = {}

    def on(date: dt.date) -> Day:
        return days.setdefault(date, Day(date))

    for customer in plan.customers.values():
        on(customer.day).customers.append(customer)
    for product in plan.products.values():
        on(product.day).products.append(product)
        for change in product.history[1:]:
            on(change.day).prices.append((product.code, change.price))
    for receipt in plan.receipts:
        on(receipt.day).receipts.append(receipt)
    return days


def steps(document: Document, plan: planning.Plan) -> Iterator[Step]:
    """The commands of one document: at most one order, then returns, stock notes and adjustments."""
    pairs = list(zip(document.lines, kinds.classify(document), strict=True))
    sold = [line for line, kind in pairs if kind.treatment in (kinds.SALE, kinds.FREE)]
    if sold:
        yield _order(document, plan, sold, [(x, k) for x, k in pairs if k.treatment == kinds.CHARGE])
    returned = [line for line, kind in pairs if kind.treatment == kinds.RETURN]
    yield from _returns(document, plan, returned)
    for line in returned:
        yield from _unmatched(document, plan, line)
    for line, kind in pairs:
        if kind.treatment in (kinds.FOUND, kinds.LOSS):
            yield _note(document, line, kind.treatment, abs(line.quantity))
        elif kind.treatment == kinds.ADJUSTMENT and kinds.line_pence(line, kind):
            yield _adjustment(document, line, kind.service, kinds.line_pence(line, kind))


def _order(document: Document, plan: planning.Plan, sold: list[Line], charged: list[tuple[Line, kinds.Kind]]) -> Order:
    day = document.at.date()
    lines = tuple(
        OrderLine(
            number,
            line.code,
            line.quantity,
            kinds.pence(line.price),
            prices.price_on(plan.products[line.code].history, day),
        )
        for number, line in enumerate(sold, start=1)
    )
    charges = tuple(
        Charge(kind.service, _label(line, kind.service), kinds.line_pence(line, kind)) for line, kind in charged
    )
    key = f"{document.number}:order"
    return Order(key, document.number, document.at, document.customer, document.country, lines, charges)


def _returns(document: Document, plan: planning.Plan, returned: list[Line]) -> Iterator[Return]:
    """One return for each order that the document's returned lines match."""
    lines: dict[str, dict[int, ReturnLine]] = {}
    refunds: dict[str, int] = {}
    for line in returned:
        for match in plan.matches[line.position]:
            of_order = lines.setdefault(match.document, {})
            before = of_order.get(match.number, ReturnLine(match.number, line.code, 0))
            of_order[match.number] = before._replace(quantity=before.quantity + match.quantity)
            refund = match.quantity * kinds.pence(line.price)
            refunds[match.document] = refunds.get(match.document, 0) + refund
    for order, numbered in lines.items():
        key = f"{document.number}:return:{order}"
        yield Return(key, document.number, document.at, order, tuple(numbered.values()), refunds[order])


def _unmatched(document: Document, plan: planning.Plan, line: Line) -> Iterator[Step]:
    """Goods of an unknown sale are restocked, and refunded as goodwill."""
    matched = sum(match.quantity for match in plan.matches[line.position])
    unmatched = -line.quantity - matched
    if not unmatched:
        return
    yield _note(document, line, kinds.RETURN, unmatched)
    if kinds.pence(line.price):
        yield _adjustment(document, line, GOODWILL, -unmatched * kinds.pence(line.price))


def _note(document: Document, line: Line, treatment: str, quantity: int) -> StockNote:
    key = f"{document.number}:{treatment}:{line.position}"
    reason = _label(line, treatment)
    return StockNote(key, document.number, document.at, treatment, line.code, quantity, reason)


def _adjustment(document: Document, line: Line, service: str, amount: int) -> Adjustment:
    key = f"{document.number}:{service}:{line.position}"
    label = _label(line, service)
    return Adjustment(key, document.number, document.at, document.customer, service, label, amount)


def _label(line: Line, default: str) -> str:
    return planning.clean(line.description) or default
