"""Projects the carts' events to a table of summaries."""

from collections.abc import Sequence

from apps.cart import domain
from apps.cart.models import CartSummary
from idl import cart
from thriftshop import events

FIELDS = [field.name for field in CartSummary._meta.concrete_fields if not field.primary_key]


def apply(records: Sequence[events.Recorded]) -> None:
    """Updates the summaries of these carts with new events."""
    summaries = CartSummary.objects.in_bulk({record.stream for record in records})
    changed: dict[str, CartSummary] = {}
    for record in records:
        summary = summaries.get(record.stream)
        if summary is None:
            summary = summaries[record.stream] = _blank(record)
        if record.version > summary.version:
            _apply(summary, record)
            changed[record.stream] = summary
    CartSummary.objects.bulk_create(
        changed.values(), update_conflicts=True, unique_fields=["cart_id"], update_fields=FIELDS
    )


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
