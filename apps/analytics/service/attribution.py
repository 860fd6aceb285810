"""What happens to carts, recorded as events of the sessions that used them."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import transaction

from apps.analytics.domain import attribution
from apps.analytics.domain.attribution import Use
from apps.analytics.models import CartItem, CartUse, OrderRow
from apps.analytics.service import recording
from apps.analytics.service.recording import Valid
from idl import analytics, common
from thriftshop import clock

MINUTE_MS = 60_000


class Happened(NamedTuple):
    """What happened to a cart; the key is unique and the same each time."""

    key: str
    at: int
    event: Any


def item_added(key: str, at: int, sku: str, quantity: int) -> Happened:
    """A product was added."""
    return Happened(key, at, analytics.ItemAddedToCart(session="", sku=sku, quantity=quantity))


def ordered(order_id: str, at: int, total: common.Money, amounts: Iterable[tuple[str, int]]) -> Happened:
    """The cart was ordered, by SKU and amount of each line. The order's id is not recorded: it would lead to the customer."""
    items = [
        analytics.OrderedItem(sku=sku, total=common.Money(amount=amount, currency=total.currency))
        for sku, amount in amounts
    ]
    event = analytics.CartOrdered(session="", total=total, items=items)
    return Happened(recording.digest(f"order {order_id}"), at, event)


def amounts_of(lines: Iterable[Any]) -> list[tuple[str, int]]:
    """The SKU and the price of each line of an order."""
    return [(line.sku, line.quantity * line.unit_price.amount) for line in lines]


def use(cart_id: str, new: Use) -> None:
    """Note that a session uses a cart, and record what has happened to it."""
    CartUse.objects.get_or_create(
        cart_id=cart_id,
        session_id=new.session_id,
        defaults={"visitor_id": new.visitor_id, "used_at": new.used_at, "recorded_at": clock.now()},
    )
    record(cart_id, _past(cart_id))


def record(cart_id: str, happened: Iterable[Happened]) -> None:
    """Record what happened to a cart in the streams of its visitors; nothing if no session is known."""
    uses = [
        Use(*row) for row in CartUse.objects.filter(cart_id=cart_id).values_list("used_at", "visitor_id", "session_id")
    ]
    if not uses:
        return
    with transaction.atomic():
        new = [_valid(uses, one) for one in happened]
        # Once among all visitors: another session may have become known since.
        known = recording.known_ids({found.visitor_id for found in uses}, {event.event_id for event in new})
        recording.record([event for event in new if event.event_id not in known])


def catch_up() -> None:
    """Record what was projected just after a session had been noted."""
    recent = CartUse.objects.filter(recorded_at__gte=clock.now() - 10 * MINUTE_MS)
    for cart_id in set(recent.values_list("cart_id", flat=True)):
        record(cart_id, _past(cart_id))


def _past(cart_id: str) -> list[Happened]:
    items = CartItem.objects.filter(cart_id=cart_id).values_list("event_id", "added_at", "sku", "quantity")
    return [
        *(item_added(*item) for item in items),
        *(_past_order(row) for row in OrderRow.objects.filter(cart_id=cart_id)),
    ]


def _past_order(row: OrderRow) -> Happened:
    total = common.Money(amount=row.total, currency=row.currency)
    return ordered(
        row.order_id, row.placed_at, total, [(line.sku, line.quantity * line.price) for line in row.parsed().lines]
    )


def _valid(uses: Sequence[Use], happened: Happened) -> Valid:
    found = attribution.session_of(uses, happened.at)
    if found is None:
        raise LookupError("No session used the cart.")
    happened.event.session = found.session_id
    return Valid(found.visitor_id, happened.key, happened.at, happened.event)
