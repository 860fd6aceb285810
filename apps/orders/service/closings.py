"""Closings: before a customer is erased, orders see to it that nothing of theirs is open, and that nothing more comes.

First the customer is closed, then the list of their orders is read as far as it goes at that moment. Whoever appends an order
of a customer looks at the closing afterwards, and cancels what is late. So an order is either seen here, or sees the
closing itself; never neither.
"""

import contextlib

from apps.orders.domain import changing, states
from apps.orders.domain.changing import Actor
from apps.orders.models import Closing, Order, personal
from apps.orders.service import streams
from idl import common, orders
from thriftshop import call_context, clock, identity, rpc
from thriftshop.events import groups, progress

HOUR_MS = 3_600_000
# How long the list of orders may take to catch up.
PATIENCE_SECONDS = 2.0
MOST_NUMBERS = 100
MOST_NAMED = 10
LISTING = "orders.listing"


def prepare(customer_id: str) -> None:
    """Closes a customer for an hour. Raises OpenOrders, and leaves them as they were, while an order of theirs is open."""
    _require_service()
    _catch_up()
    _refuse_open(customer_id)
    Closing.objects.close(customer_id, clock.now() + HOUR_MS)
    try:
        _catch_up()
        _refuse_open(customer_id)
    except Exception:
        Closing.objects.reopen(customer_id)
        raise


def abandon(customer_id: str) -> None:
    """Lets a customer order again who was not erased after all."""
    _require_service()
    Closing.objects.reopen(customer_id)


def complete(customer_id: str) -> None:
    """Closes an erased customer for good, and deletes the key under which all that is known of them is sealed."""
    Closing.objects.close(customer_id, None)
    personal.forget(customer_id)


def check(customer_id: str | None) -> None:
    """Raises Forbidden where nothing may be ordered for a customer."""
    if customer_id is not None and Closing.objects.is_closed(customer_id):
        raise _closed()


def settle(order_id: str, customer_id: str | None) -> None:
    """After an order of a customer was appended: cancels it and raises Forbidden where they were closed meanwhile.

    What has left already stays as it is.
    """
    if customer_id is None or not Closing.objects.is_closed(customer_id):
        return
    by, now = Actor("system"), call_context.happened_at()
    if Closing.objects.filter(pk=customer_id, until=None).exists():
        # Sealing the order may have made another key after the erasure.
        personal.forget(customer_id)
    with contextlib.suppress(orders.NotAllowedNow):
        streams.ORDERS.decide(order_id, lambda state: changing.cancel(state, "The account was erased.", by, now))
    raise _closed()


def _closed() -> common.Forbidden:
    return common.Forbidden(message="This account is being erased; nothing more can be ordered with it.")


def _require_service() -> None:
    if not identity.is_service():
        raise common.Forbidden(message="Only the shop's own services may ask this.")


def _refuse_open(customer_id: str) -> None:
    found = Order.objects.filter(customer_id=customer_id, status__in=states.UNSENT).order_by("-placed_at", "-id")
    numbers = list(found.values_list("number", flat=True)[:MOST_NUMBERS])
    if numbers:
        named = ", ".join(numbers[:MOST_NAMED]) + (" and others" if len(numbers) > MOST_NAMED else "")
        raise orders.OpenOrders(
            message=f"Something is still to be sent of {named}. Cancel what can be cancelled, or wait until all has "
            "been sent; then the account can be erased.",
            numbers=numbers,
        )


def _catch_up() -> None:
    """Brings the list of orders up to date. Raises Unavailable if that takes too long."""
    try:
        progress.catch_up(PATIENCE_SECONDS, of=[groups.get(LISTING)])
    except TimeoutError as error:
        raise rpc.Unavailable("The list of orders is behind; try again in a minute.") from error
