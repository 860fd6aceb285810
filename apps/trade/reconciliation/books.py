"""Totals of the shop, fetched by contract, and the expected totals of the year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from apps.trade.domain import accounts, lines
from apps.trade.replay.run import CALLER, CURRENCY, connect, moment
from idl import common, inventory, orders
from thriftshop import call_context

PAGE = 100
LEVELS = 1_000
LINES = 1_000

Totals = dict[str, int]


def shop_totals(trade: lines.Trade) -> Totals:
    """The shop's totals over the days of this year, by name. Money in pence, goods in units."""
    with call_context.using(caller=CALLER):
        return _revenue(trade) | ledger_totals() | level_totals()


def _revenue(trade: lines.Trade) -> Totals:
    since, before = span(trade)
    revenue = connect(orders.OrdersService).get_revenue(CURRENCY, since, before)
    amounts = ("goods", "charges", "cancelled", "refunded", "adjustments", "net", "captured")
    counts = ("orders", "units_shipped", "units_returned")
    totals = {f"revenue.{name}": getattr(revenue, name).amount for name in amounts}
    return totals | {f"revenue.{name}": getattr(revenue, name) for name in counts}


def ledger_totals() -> Totals:
    totals = connect(inventory.InventoryService).get_totals()
    names = ("received", "shipped", "taken_back", "written_off", "counted", "reduced", "on_hand", "reserved")
    return {f"ledger.{name}": getattr(totals, name) for name in names}


def level_totals() -> Totals:
    on_hand = reserved = 0
    for level in every_level():
        on_hand, reserved = on_hand + level.on_hand, reserved + level.reserved
    return {"levels.on_hand": on_hand, "levels.reserved": reserved}


def every_level() -> Iterator[Any]:
    """The stock level of every SKU."""
    after = None
    while page := connect(inventory.InventoryService).list_levels(after, LEVELS):
        yield from page
        after = page[-1].sku


def order_totals(trade: lines.Trade) -> Totals:
    """Totals over the single orders of this year, independent of the books."""
    since, before = span(trade)
    order_filter = orders.OrderFilter(placed_from=since, placed_until=before)
    totals = dict.fromkeys(("count", "units", "goods", "charges", "captured", "refunded", "returned", "open"), 0)
    after = None
    while True:
        with call_context.using(caller=CALLER):
            page = connect(orders.OrdersService).find_orders(order_filter, common.Page(first=PAGE, after=after))
        for order in page.orders:
            _add(totals, order)
        if not page.page_info.has_next_page:
            return {f"orders.{name}": value for name, value in totals.items()}
        after = page.page_info.end_cursor


def _add(totals: Totals, order: Any) -> None:
    done = (orders.OrderStatus.SHIPPED, orders.OrderStatus.RETURNED)
    totals["count"] += 1
    totals["open"] += order.status not in done
    lines = _lines_of(order)
    totals["units"] += sum(line.shipped for line in lines)
    totals["returned"] += sum(line.returned for line in lines)
    totals["goods"] += sum(line.quantity * line.unit_price.amount for line in lines)
    totals["charges"] += sum(charge.amount.amount for charge in order.charges)
    totals["captured"] += order.captured.amount
    totals["refunded"] += order.refunded.amount


def _lines_of(order: orders.Order) -> list[orders.OrderLine]:
    """All lines of an order, including those that a large order returns separately."""
    lines = list(order.lines)
    while len(lines) < (order.line_count or 0):
        with call_context.using(caller=CALLER):
            lines += connect(orders.OrdersService).get_order_lines(order.id, len(lines), LINES)
    return lines


def year_totals(year: accounts.Accounts) -> Totals:
    """The expected `shop_totals`, from the source only."""
    books = year.books
    return {
        "revenue.goods": books.goods,
        "revenue.charges": books.charges,
        "revenue.cancelled": 0,
        "revenue.refunded": books.refunds,
        "revenue.adjustments": books.adjusted,
        "revenue.net": books.revenue,
        "revenue.captured": books.goods + books.charges,
        "revenue.orders": books.orders,
        "revenue.units_shipped": books.sold,
        "revenue.units_returned": books.returned,
        "ledger.received": books.received,
        "ledger.shipped": books.sold,
        "ledger.taken_back": books.returned + books.taken_back,
        "ledger.written_off": books.lost,
        "ledger.counted": books.found,
        "ledger.reduced": 0,
        "ledger.on_hand": books.on_hand,
        "ledger.reserved": 0,
        "levels.on_hand": books.on_hand,
        "levels.reserved": 0,
    }


def year_order_totals(year: accounts.Accounts) -> Totals:
    """The expected `order_totals`, from the source only."""
    books = year.books
    return {
        "orders.count": books.orders,
        "orders.open": 0,
        "orders.units": books.sold,
        "orders.returned": books.returned,
        "orders.goods": books.goods,
        "orders.charges": books.charges,
        "orders.captured": books.goods + books.charges,
        "orders.refunded": books.refunds,
    }


def span(trade: lines.Trade) -> tuple[int, int]:
    """The start of the year's first day, and the end of its last day (exclusive)."""
    first, last = (lines.EPOCH + dt.timedelta(seconds=edge(trade.seconds)) for edge in (min, max))
    start = dt.datetime.combine(first.date(), dt.time())
    end = dt.datetime.combine(last.date(), dt.time()) + dt.timedelta(days=1)
    return moment(start), moment(end)
