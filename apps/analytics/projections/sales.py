"""Events of orders to the figures of days, products and customers."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connection

from apps.analytics.domain import sales
from apps.analytics.models import BookedAdjustment, DailySales, OrderRow, ProductSales
from apps.analytics.models.sales import orders_of
from apps.analytics.models.sums import put
from apps.analytics.projections import customers
from idl import orders
from thriftshop import days, events
from thriftshop.database import bulk

COLUMNS = [field.attname for field in OrderRow._meta.concrete_fields]
JSON_COLUMN = "lines"


class _Sums:
    """What a batch of events adds to the figures."""

    def __init__(self) -> None:
        self.days: dict[tuple[str, ...], sales.Amounts] = {}
        self.products: dict[tuple[str, ...], sales.ProductAmounts] = {}

    def add(self, day: str, country: str, currency: str, effect: sales.Effect) -> None:
        """Add what one event adds."""
        self.days.setdefault((day, country, currency), sales.Amounts()).add(effect.amounts)
        for sku, amounts in effect.products.items():
            self.products.setdefault((day, sku, currency), sales.ProductAmounts()).add(amounts)


def apply(records: Sequence[events.Recorded]) -> None:
    """Apply a batch of events: each order's row is read and written once."""
    rows = {row.order_id: row for row in orders_of(order_ids={record.stream for record in records})}
    changed: dict[str, OrderRow] = {}
    touched: set[tuple[str, str]] = set()
    sums = _Sums()
    _add_bookings([record for record in records if isinstance(record.event, orders.AdjustmentBooked)], sums)
    for record in records:
        row = rows.get(record.stream)
        if isinstance(record.event, orders.AdjustmentBooked) or (row and record.version <= row.version):
            continue
        row = rows[record.stream] = changed[record.stream] = row or _placed(record)
        touched.add((row.customer_id, row.currency))
        _update(row, record, sums)
        touched.add((row.customer_id, row.currency))
    _save(changed)
    DailySales.add(sums.days)
    ProductSales.add(sums.products)
    customers.recompute({key for key in touched if key[0]})


def _add_bookings(records: Sequence[events.Recorded], sums: _Sums) -> None:
    """Add bookings without an order, once each; their country is not known."""
    known = set(
        BookedAdjustment.objects.filter(pk__in=[record.stream for record in records]).values_list("pk", flat=True)
    )
    new = {record.stream: record for record in records if record.stream not in known}
    for record in new.values():
        amount = record.event.adjustment.amount
        effect = sales.Effect(sales.Amounts(adjustments=amount.amount))
        sums.add(_day(record), "", amount.currency, effect)
    bulk.insert(BookedAdjustment.objects.all(), ["booking_id"], [[stream] for stream in sorted(new)])


def _placed(record: events.Recorded) -> OrderRow:
    order = sales.order_of(record.event)
    return OrderRow(
        order_id=record.stream,
        cart_id=record.event.cart_id or "",
        placed_at=record.event.placed_at,
        total=record.event.total.amount,
        currency=order.currency,
        country=order.country,
        customer_id=order.customer_id,
        charges=order.charges,
        lines=[list(line) for line in order.lines],
    )


def _update(row: OrderRow, record: events.Recorded, sums: _Sums) -> None:
    """Update an order's row by one event, and add what it adds."""
    row.version, event = record.version, record.event
    if isinstance(event, orders.OrderPlaced):
        return
    order = row.parsed()
    row.update(sales.evolve(order, event))
    if isinstance(event, orders.OrderConfirmed):
        row.confirmed_at, row.goods = record.occurred_at, order.goods
    if row.confirmed_at is not None:
        effect = sales.effect(order, event)
        row.net += effect.amounts.net
        sums.add(_day(record), row.country, row.currency, effect)


def _save(rows: dict[str, OrderRow]) -> None:
    encode: Any = OrderRow._meta.get_field(JSON_COLUMN)
    put(
        OrderRow,
        "order_id",
        [
            {name: getattr(row, name) for name in COLUMNS}
            | {JSON_COLUMN: encode.get_db_prep_save(row.lines, connection)}
            for row in rows.values()
        ],
    )


def _day(record: events.Recorded) -> str:
    return days.day_of(record.occurred_at, settings.TIME_ZONE)
