"""Projects the carts' events to a table of summaries."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from apps.cart import domain
from apps.cart.models import CartSummary
from idl import cart
from thriftshop import events
from thriftshop.database import bulk

COLUMNS = (
    "cart_id",
    "customer_id",
    "currency",
    "lines",
    "line_count",
    "item_count",
    "order_count",
    "opened_at",
    "used_at",
    "version",
)


@dataclass(slots=True)
class _Summary:
    """A row of the table: plain SQL, because every change of a cart is projected."""

    cart_id: str
    state: domain.CartState
    order_count: int
    opened_at: int
    version: int

    def apply(self, record: events.Recorded) -> None:
        self.state = domain.evolve(self.state, record.event)
        self.version = record.version
        if isinstance(record.event, cart.CartCheckedOut):
            self.order_count += 1

    def row(self) -> tuple[Any, ...]:
        state, lines = self.state, self.state.lines
        encoded = json.dumps([[sku, line.quantity, line.unit_price, line.added_at] for sku, line in lines.items()])
        counts = len(lines), sum(line.quantity for line in lines.values()), self.order_count
        owner = self.cart_id, state.customer_id or "", state.currency
        return *owner, encoded, *counts, self.opened_at, state.used_at, self.version


def apply(records: Sequence[events.Recorded]) -> None:
    """Update the summaries of these carts with new events."""
    summaries = _read({record.stream for record in records})
    changed: dict[str, _Summary] = {}
    for record in records:
        summary = summaries.get(record.stream)
        if summary is None:
            summary = summaries[record.stream] = _Summary(record.stream, domain.EMPTY, 0, record.occurred_at, 0)
        if record.version > summary.version:
            summary.apply(record)
            changed[record.stream] = summary
    bulk.upsert(CartSummary.objects.all(), COLUMNS, [summary.row() for summary in changed.values()], "cart_id")


def _read(cart_ids: Iterable[str]) -> dict[str, _Summary]:
    rows = bulk.read(CartSummary.objects.all(), COLUMNS, "cart_id", cart_ids)
    return {row[0]: _summary(*row) for row in rows}


def _summary(
    cart_id: str,
    customer_id: str,
    currency: str,
    lines: str,
    _line_count: int,
    _item_count: int,
    order_count: int,
    opened_at: int,
    used_at: int,
    version: int,
) -> _Summary:
    state = domain.CartState(
        opened=version > 0,
        customer_id=customer_id or None,
        currency=currency,
        lines={sku: domain.Line(quantity, price, at) for sku, quantity, price, at in json.loads(lines)},
        used_at=used_at,
    )
    return _Summary(cart_id, state, order_count, opened_at, version)


PROJECTIONS = [events.Projection("cart.summaries", "cart", apply, (CartSummary,))]
