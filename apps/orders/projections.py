"""The projections of orders: their rows, the books, guests' addresses and the names of products."""

from collections.abc import Sequence
from typing import Any

from apps.orders.domain import booking, saga_state, totals
from apps.orders.models import Adjustment, Entry, GuestEmail, Order, ProductName, listing, personal
from apps.orders.models.guests import email_digest
from idl import orders
from thriftshop import events


def apply(records: Sequence[events.Recorded]) -> None:
    """Apply a batch of events: each order's row is read and written once."""
    rows = {row.id: row for row in listing.by_id(order_ids={record.stream for record in records})}
    changed: dict[str, Order] = {}
    entries: list[Entry] = []
    bookings: list[Adjustment] = []
    for record in records:
        if isinstance(record.event, orders.AdjustmentBooked):
            bookings.append(_booking(record))
            entries.append(_entry(record, bookings[-1].currency, adjustments=bookings[-1].amount))
            continue
        row = rows.get(record.stream)
        if row is not None and record.version <= row.version:
            continue
        row = rows[record.stream] = changed[record.stream] = row or _new(record)
        entries.extend(_update(row, record))
    Order.objects.put(changed.values())
    Entry.objects.add(entries)
    Adjustment.objects.bulk_create(bookings, ignore_conflicts=True)


def _new(record: events.Recorded) -> Order:
    placed = record.event
    return Order(
        id=record.stream,
        number=placed.number,
        customer_id=placed.customer_id or "",
        cart_id=placed.cart_id or "",
        provider=placed.provider,
        placed_at=placed.placed_at,
        recorded_at=record.recorded_at,
        status=orders.OrderStatus.PENDING,
    )


def _update(row: Order, record: events.Recorded) -> list[Entry]:
    """Update an order's row by one event; returns the entries of the books."""
    before, failures, event = row.totals(), row.parsed_failures(), record.event
    after, failures_after = totals.after(before, event), saga_state.failures_after(failures, event)
    if after is not before:
        row.set_totals(after)
    if failures_after is not failures:
        row.set_failures(failures_after)
    row.version, row.updated_at = record.version, record.occurred_at
    if isinstance(event, orders.OrderRejected | orders.OrderCancelled):
        row.reason = event.reason
    if isinstance(event, orders.OrderClaimed):
        row.customer_id = event.customer_id
    if isinstance(event, orders.OrderConfirmed):
        row.confirmed = True
        return [_entry(record, row.currency, goods=after.goods, charges=after.charges, orders=1)]
    amounts = {
        "cancelled": after.cancelled_amount - before.cancelled_amount if row.confirmed else 0,
        "captured": after.captured - before.captured,
        "refunded": after.refunded - before.refunded,
        "units_shipped": after.shipped - before.shipped,
        "units_returned": after.returned - before.returned,
    }
    return [_entry(record, row.currency, **amounts)] if any(amounts.values()) else []


def _entry(record: events.Recorded, currency: str, **values: Any) -> Entry:
    return Entry(
        stream=record.stream,
        version=record.version,
        occurred_at=record.occurred_at,
        currency=currency,
        **values,
    )


def _booking(record: events.Recorded) -> Adjustment:
    adjustment = record.event.adjustment
    return Adjustment(
        id=record.stream.removeprefix(booking.PREFIX),
        kind=adjustment.kind,
        description=adjustment.description,
        amount=adjustment.amount.amount,
        currency=adjustment.amount.currency,
        occurred_at=adjustment.occurred_at,
        customer_id=adjustment.customer_id or "",
        reference=adjustment.reference or "",
        actor=record.actor,
    )


def apply_names(records: Sequence[events.Recorded]) -> None:
    """Store the names of products."""
    ProductName.objects.put({record.event.product.sku: record.event.product.name for record in records})


def apply_guests(records: Sequence[events.Recorded]) -> None:
    """Store the digest of the address of each guest's order; delete it when the order is moved to an account."""
    placed = [record for record in records if isinstance(record.event, orders.OrderPlaced)]
    sealed = {
        record.stream: (record.stream, record.event.sealed) for record in placed if record.event.customer_id is None
    }
    personal_data = personal.unseal({order_id: part for order_id, part in sealed.items() if part[1] is not None})
    GuestEmail.objects.put(
        {order_id: email_digest(data.email) for order_id, data in personal_data.items() if data.email}
    )
    GuestEmail.objects.drop(record.stream for record in records if isinstance(record.event, orders.OrderClaimed))


PROJECTIONS = [
    events.Projection("orders.listing", "orders", apply, (Order, Entry, Adjustment)),
    events.Projection(
        "orders.guests", "orders", apply_guests, (GuestEmail,), frozenset({"OrderPlaced", "OrderClaimed"})
    ),
    events.Projection("orders.names", "catalog", apply_names, (ProductName,), frozenset({"ProductWritten"})),
]
