"""Reactions: what happens to carts belongs to sessions; accounts are erased; old invalid events are deleted."""

from apps.analytics.domain.attribution import Use
from apps.analytics.models import CartUse, SetApartEvent, VisitorLink
from apps.analytics.service import attribution, segments
from thriftshop import clock, events

SET_APART_MS = 30 * 86_400_000
"""How long invalid events are kept."""


def note_use(record: events.Recorded) -> None:
    """Note that a session uses a cart."""
    attribution.use(record.event.cart_id, Use(record.occurred_at, record.stream, record.event.session))


def follow_item(record: events.Recorded) -> None:
    """Record an item in the session that uses the cart."""
    item = attribution.item_added(record.id, record.occurred_at, record.event.sku, record.event.quantity)
    attribution.record(record.stream, [item])


def follow_order(record: events.Recorded) -> None:
    """Record an order in the session that used the cart."""
    placed = record.event
    if placed.cart_id:
        amounts = attribution.amounts_of(placed.lines)
        order = attribution.ordered(record.stream, placed.placed_at, placed.total, amounts)
        attribution.record(placed.cart_id, [order])


def erase(record: events.Recorded) -> None:
    """Unlink the visitors of an erased account, and forget who used its cart."""
    VisitorLink.objects.forget(record.event.id)
    CartUse.objects.forget(record.event.id)


def sweep() -> None:
    """Delete old invalid events."""
    SetApartEvent.objects.filter(received_at__lt=clock.now() - SET_APART_MS).delete()


REACTIONS = [
    events.Reaction("analytics.uses", "analytics", note_use, frozenset({"CartUsed"})),
    events.Reaction("analytics.carts", "cart", follow_item, frozenset({"ItemAdded"})),
    events.Reaction("analytics.orders", "orders", follow_order, frozenset({"OrderPlaced"})),
    events.Reaction("analytics.erasure", "users", erase, frozenset({"UserErased"})),
]
JOBS = [
    events.Job("analytics.sweep", 3600, sweep),
    events.Job("analytics.attribution", 60, attribution.catch_up),
    events.Job("analytics.segments", 600, segments.compute),
]
