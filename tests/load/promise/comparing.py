"""Comparisons of stock, orders, carts and books with each other and with what was acknowledged; pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from apps.trade.reconciliation import Check
from idl import orders as orders_idl
from tests.load.promise.ledger import Cart, Ledger

EXAMPLES = 5
GONE = frozenset({orders_idl.OrderStatus.CANCELLED, orders_idl.OrderStatus.REJECTED})


class Result(NamedTuple):
    """A check with examples of what differs."""

    check: Check
    examples: list[str]


def differing(name: str, problems: list[str]) -> Result:
    """A check that nothing differs."""
    return Result(Check(name, 0, len(problems)), problems[:EXAMPLES])


def stock(levels: Iterable[Any], all_orders: Iterable[Any]) -> list[Result]:
    """No SKU is oversold, and what is reserved is what open orders hold."""
    open_quantities: Counter[str] = Counter()
    for order in all_orders:
        for line in order.lines if order.status not in GONE else ():
            open_quantities[line.sku] += line.quantity - line.shipped - line.cancelled
    oversold, unequal = [], []
    for level in levels:
        if level.available < 0 or level.reserved > level.on_hand or level.on_hand != level.reserved + level.available:
            oversold.append(
                f"{level.sku}: {level.on_hand} on hand, {level.reserved} reserved, {level.available} available"
            )
        if level.reserved != open_quantities.pop(level.sku, 0):
            unequal.append(f"{level.sku}: {level.reserved} reserved, but open orders hold another quantity")
    unequal += [f"{sku}: orders hold {count}, nothing is reserved" for sku, count in open_quantities.items() if count]
    return [differing("stock.oversold", oversold), differing("stock.reserved_for_open_orders", unequal)]


def levels(projected: Mapping[str, Any], decided: Mapping[str, Any]) -> Result:
    """The projected levels equal those folded from the events."""
    names = ("on_hand", "reserved", "available", "version")
    problems = [
        f"{sku}: projected {[getattr(projected[sku], name) for name in names]}, by its events {expected}"
        for sku in decided
        if (expected := [getattr(decided[sku], name) for name in names])
        != [getattr(projected[sku], name) for name in names]
    ]
    return differing("stock.levels_equal_events", problems)


def orders(ledger: Ledger, all_orders: Iterable[Any], since: int) -> list[Result]:
    """Every acknowledged order exists once, as it was acknowledged; no other was placed meanwhile."""
    by_number: dict[str, list[Any]] = {}
    for order in all_orders:
        by_number.setdefault(order.number, []).append(order)
    missing, changed = [], []
    for order in ledger.orders.values():
        same = by_number.get(order.number, [])
        if len(same) != 1:
            missing.append(f"{order.number} exists {len(same)} times")
            continue
        lines = {line.sku: line.quantity for line in same[0].lines}
        if lines != order.lines or same[0].total.amount != order.total:
            changed.append(
                f"{order.number}: {lines}, {same[0].total.amount}; acknowledged {order.lines}, {order.total}"
            )
        if order.cancelled != (same[0].status == orders_idl.OrderStatus.CANCELLED):
            changed.append(f"{order.number}: its cancellation was {'' if order.cancelled else 'not '}acknowledged")
    known = {order.number for order in ledger.orders.values()}
    extra = [number for number, same in by_number.items() if number not in known and same[0].placed_at >= since]
    return [
        differing("orders.acknowledged_exist_once", missing + ledger.duplicates),
        differing("orders.as_acknowledged", changed),
        differing("orders.not_acknowledged", extra[ledger.unknown_orders :]),
    ]


def totals(all_orders: Iterable[Any]) -> list[Result]:
    """Each order adds up; none is still pending; what is captured is what was shipped, with its charges."""
    wrong, pending, captured = [], [], []
    for order in all_orders:
        goods = sum(line.quantity * line.unit_price.amount for line in order.lines)
        charges = sum(charge.amount.amount for charge in order.charges)
        if order.total.amount != goods + charges:
            wrong.append(f"{order.number}: {goods} + {charges}, but the total is {order.total.amount}")
        if order.status == orders_idl.OrderStatus.PENDING:
            pending.append(order.number)
        due = order.total.amount if order.status == orders_idl.OrderStatus.SHIPPED else 0
        if order.captured.amount != due:
            captured.append(f"{order.number}: {order.captured.amount} captured, {due} due")
    return [
        differing("orders.add_up", wrong),
        differing("orders.pending", pending),
        differing("charges.captured_when_shipped", captured),
    ]


def books(all_orders: Iterable[Any], revenue: Any) -> list[Result]:
    """The books have the amounts of the orders: net of cancellations, and what was captured."""
    standing = [order for order in all_orders if order.status not in GONE]
    net = sum(order.total.amount for order in standing)
    captured = sum(order.captured.amount for order in standing)
    return [
        Result(Check("books.net", net, revenue.net.amount, 100), []),
        Result(Check("books.captured", captured, revenue.captured.amount, 100), []),
    ]


def carts(
    expected: Iterable[Cart], lines_of: Mapping[int, dict[str, int]], restored: Mapping[str, Counter[str]]
) -> Result:
    """Every acknowledged line is in its cart, and no other. A rejected order's lines may be in the cart again."""
    problems = []
    for cart in expected:
        again = restored.get(cart.holder.id, Counter())
        lines = lines_of[id(cart)]
        for sku in {*cart.lines, *lines}:
            least, there = cart.lines.get(sku, 0), lines.get(sku, 0)
            if not least <= there <= least + again[sku]:
                who = cart.holder.email or "a guest"
                problems.append(f"{who}: {there} of {sku} in the cart, {least} acknowledged")
    return differing("carts.acknowledged_lines", problems)


def restored(ledger: Ledger, all_orders: Iterable[Any]) -> dict[str, Counter[str]]:
    """What rejected orders of the load put back into their carts, by customer."""
    known = {order.number: order for order in ledger.orders.values()}
    returned: dict[str, Counter[str]] = {}
    for order in all_orders:
        if order.status == orders_idl.OrderStatus.REJECTED and order.number in known:
            returned.setdefault(known[order.number].cart.holder.id, Counter()).update(known[order.number].lines)
    return returned
