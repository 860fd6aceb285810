"""Projects the carts' events to a table of summaries."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from apps.cart import domain
from apps.cart.models import CartSummary
from idl import cart
from thriftshop import events
from thriftshop.database import bulk

FIELDS = CartSummary._meta.concrete_fields


def apply(records: Sequence[events.Recorded]) -> None:
    """Update the summaries of these carts with new events."""
    summaries = CartSummary.objects.in_bulk({record.stream for record in records})
    changed: dict[str, CartSummary] = {}
    for record in records:
        summary = summaries.get(record.stream)
        if summary is None:
            summary = summaries[record.stream] = _blank(record)
        if record.version > summary.version:
            _apply(summary, record)
            changed[record.stream] = summary
    rows = [_row(summary) for summary in changed.values()]
    bulk.upsert(CartSummary.objects.all(), [str(field.column) for field in FIELDS], rows, "cart_id")


def _row(summary: CartSummary) -> list[Any]:
    return [field.get_db_prep_save(getattr(summary, field.attname), connection) for field in FIELDS]


def _blank(record: events.Recorded) -> CartSummary:
    return CartSummary(
        cart_id=record.stream,
        lines=[],
        line_count=0,
        item_count=0,
        order_count=0,
        opened_at=record.occurred_at,
        used_at=0,
        version=0,
        customer_id="",
        currency="",
    )


def _apply(summary: CartSummary, record: events.Recorded) -> None:
    summary.set_state(domain.evolve(summary.to_state(), record.event))
    summary.version = record.version
    if isinstance(record.event, cart.CartCheckedOut):
        summary.order_count += 1


PROJECTIONS = [events.Projection("cart.summaries", "cart", apply, (CartSummary,))]
