"""Closing customers before their erasure: none of their orders may be open, and no new ones are accepted.

The customer is closed first, then their orders are read. An order is appended first, then the closing is read, and a late
order is cancelled. So either the closing sees the order, or the order sees the closing.
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
# The timeout for the list of orders to catch up.
CATCH_UP_SECONDS = 2.0
MAX_NUMBERS = 100
MAX_LISTED = 10
LISTING = "orders.listing"


def prepare(customer_id: str) -> None:
    """Close a customer for an hour. Raises OpenOrders, without closing them, while one of their orders is open."""
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
    """Reopen a customer who was not erased after all."""
    _require_service()
    Closing.objects.reopen(customer_id)


def complete(customer_id: str) -> None:
    """Close an erased customer permanently and delete the key of their personal data."""
    Closing.objects.close(customer_id, None)
    personal.forget(customer_id)


def check(customer_id: str | None) -> None:
    """Raise Forbidden for a closed customer."""
    if customer_id is not None and Closing.objects.is_closed(customer_id):
        raise _closed()


def cancel_if_closed(order_id: str, customer_id: str | None) -> None:
    """Cancel a new order and raise Forbidden if its customer was closed meanwhile. Shipped orders stay."""
    if customer_id is None or not Closing.objects.is_closed(customer_id):
        return
    by, now = Actor("system"), call_context.happened_at()
    if Closing.objects.filter(pk=customer_id, until=None).exists():
        # Encrypting the order may have created a new key after the erasure.
        personal.forget(customer_id)
    with contextlib.suppress(orders.NotAllowedNow):
        streams.ORDERS.decide(order_id, lambda state: changing.cancel(state, "The account was erased.", by, now))
    raise _closed()


def _closed() -> common.Forbidden:
    return common.Forbidden(message="This account is being erased; nothing more can be ordered with it.")


def _require_service() -> None:
    if not identity.is_service():
        raise common.Forbidden(message="Only the shop's own services may call this method.")


def _refuse_open(customer_id: str) -> None:
    open_orders = Order.objects.filter(customer_id=customer_id, status__in=states.UNSENT).order_by("-placed_at", "-id")
    numbers = list(open_orders.values_list("number", flat=True)[:MAX_NUMBERS])
    if numbers:
        listed = ", ".join(numbers[:MAX_LISTED]) + (" and others" if len(numbers) > MAX_LISTED else "")
        raise orders.OpenOrders(
            message=f"These orders are not completely shipped: {listed}. Cancel them, or wait until everything is shipped; "
            "then the account can be erased.",
            numbers=numbers,
        )


def _catch_up() -> None:
    """Bring the list of orders up to date. Raises Unavailable if that takes too long."""
    try:
        progress.catch_up(CATCH_UP_SECONDS, of=[groups.get(LISTING)])
    except TimeoutError as error:
        raise rpc.Unavailable("The list of orders is behind; try again in a minute.") from error
