"""The accounts of a year: the source lines by kind, and the expected books of the shop."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import NamedTuple

from apps.trade.domain import kinds, planning, prices, steps
from apps.trade.domain.lines import Document, Line, Trade, documents


class Row(NamedTuple):
    """Lines, units and money (micros) of one kind."""

    lines: int = 0
    units: int = 0
    micros: int = 0

    def plus(self, units: int, micros: int) -> Row:
        return Row(self.lines + 1, self.units + units, self.micros + micros)


@dataclass(slots=True)
class Books:
    """The expected state of the shop after the whole year. Money in pence, goods in units."""

    orders: int = 0
    order_lines: int = 0
    sold: int = 0
    goods: int = 0
    charges: int = 0
    returns: int = 0
    returned: int = 0
    refunds: int = 0
    taken_back: int = 0
    adjustments: int = 0
    adjusted: int = 0
    received: int = 0
    found: int = 0
    lost: int = 0
    products: int = 0
    customers: int = 0
    price_changes: int = 0

    @property
    def revenue(self) -> int:
        """All charges less all refunds, plus adjustments outside of orders."""
        return self.goods + self.charges - self.refunds + self.adjusted

    @property
    def on_hand(self) -> int:
        """Units in stock: all that came in less all that went out."""
        return self.received + self.found + self.returned + self.taken_back - self.sold - self.lost


@dataclass(slots=True)
class Accounts:
    """The source by kind, the rounding to whole pennies as a separate row, and the expected books."""

    rows: dict[str, Row] = field(default_factory=dict)
    rounding: Row = field(default_factory=Row)
    books: Books = field(default_factory=Books)


ORDER = ("sale", "agreed", "free", "return", "return_in_part", "return_unmatched", "found", "loss")


def account(trade: Trade, plan: planning.Plan) -> Accounts:
    """The accounts of the year, computed from the source only."""
    totals = Accounts()
    for document in documents(trade):
        for line, kind in zip(document.lines, kinds.classify(document), strict=True):
            name = _name(document, line, kind, plan)
            totals.rows[name] = totals.rows.get(name, Row()).plus(line.quantity, line.quantity * line.price)
            lost = line.quantity * line.price - kinds.line_pence(line, kind) * 10_000
            if lost:
                totals.rounding = totals.rounding.plus(0, lost)
        for step in steps.steps(document, plan):
            _book(totals.books, step)
    totals.rows = {name: totals.rows[name] for name in sorted(totals.rows, key=_sort_key)}
    _book_openings(totals.books, plan)
    return totals


def _sort_key(name: str) -> tuple[int, str]:
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)


def _name(document: Document, line: Line, kind: kinds.Kind, plan: planning.Plan) -> str:
    if kind.treatment == kinds.SALE:
        return "sale" if _is_listed(line, document.at.date(), plan) else "agreed"
    if kind.treatment == kinds.RETURN:
        matched = sum(match.quantity for match in plan.matches[line.position])
        return "return_unmatched" if not matched else "return" if matched == -line.quantity else "return_in_part"
    return f"{kind.treatment}.{kind.service}" if kind.service else kind.treatment


def _is_listed(line: Line, day: dt.date, plan: planning.Plan) -> bool:
    return prices.price_on(plan.products[line.code].history, day) == kinds.pence(line.price)


def _book(books: Books, step: steps.Step) -> None:
    match step:
        case steps.Order():
            books.orders += 1
            books.order_lines += len(step.lines)
            books.sold += sum(line.quantity for line in step.lines)
            books.goods += sum(line.quantity * line.price for line in step.lines)
            books.charges += sum(charge.amount for charge in step.charges)
        case steps.Return():
            books.returns += 1
            books.returned += sum(line.quantity for line in step.lines)
            books.refunds += step.refund
        case steps.Adjustment():
            books.adjustments += 1
            books.adjusted += step.amount
        case steps.StockNote():
            _book_note(books, step)


def _book_note(books: Books, note: steps.StockNote) -> None:
    if note.treatment == kinds.FOUND:
        books.found += note.quantity
    elif note.treatment == kinds.LOSS:
        books.lost += note.quantity
    else:
        books.taken_back += note.quantity


def _book_openings(books: Books, plan: planning.Plan) -> None:
    books.received = sum(receipt.quantity for receipt in plan.receipts)
    books.products = len(plan.products)
    books.customers = len(plan.customers)
    books.price_changes = sum(len(product.history) - 1 for product in plan.products.values())
