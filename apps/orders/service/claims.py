"""Claims: guests' orders that come to belong to an account."""

import logging

from apps.orders.domain import claiming
from apps.orders.models import Closing, personal
from apps.orders.service import closings, streams
from idl import common

log = logging.getLogger("thriftshop.orders")


def claim(order_id: str, customer_id: str) -> None:
    """Gives a guest's order to an account. Repeated it changes nothing; what belongs to an account stays there.

    What the order knows of its person is encrypted anew under the customer's key, and the order's own key deleted: when the
    customer is erased, so is that.
    """
    state, _ = streams.ORDERS.load(order_id)
    if state.customer_id is None and state.exists and not Closing.objects.is_closed(customer_id):
        known = personal.unseal({order_id: (order_id, state.sealed)})[order_id]
        sealed = personal.seal(known, customer_id)
        state = streams.ORDERS.decide(order_id, lambda now: claiming.claim(now, customer_id, sealed)).state
    if state.customer_id is not None:
        personal.forget(order_id)
        _cancel_late(order_id, state.customer_id)


def _cancel_late(order_id: str, customer_id: str) -> None:
    """Cancels an order that came to an account while that was being erased; what has left already stays as it is."""
    try:
        closings.cancel_if_closed(order_id, customer_id)
    except common.Forbidden:
        log.warning("claimed by an account that is being erased", extra={"order": order_id})
