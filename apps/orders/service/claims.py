"""Claims: guests' orders are moved to an account."""

import logging

from apps.orders.domain import claiming
from apps.orders.models import Closing, personal
from apps.orders.service import closings, streams
from idl import common

log = logging.getLogger("thriftshop.orders")


def claim(order_id: str, customer_id: str) -> None:
    """Move a guest's order to an account, once; orders of accounts are not moved.

    Its personal data is encrypted with the customer's key, and the order's own key is deleted, so that the data is erased
    with the customer.
    """
    state, _ = streams.ORDERS.load(order_id)
    if state.customer_id is None and state.exists and not Closing.objects.is_closed(customer_id):
        details = personal.unseal({order_id: (order_id, state.sealed)})[order_id]
        sealed = personal.seal(details, customer_id)
        state = streams.ORDERS.decide(order_id, lambda now: claiming.claim(now, customer_id, sealed)).state
    if state.customer_id is not None:
        personal.forget(order_id)
        _cancel_if_closed(order_id, state.customer_id)


def _cancel_if_closed(order_id: str, customer_id: str) -> None:
    """Cancel an order that was moved to an account during its erasure; shipped goods stay shipped."""
    try:
        closings.cancel_if_closed(order_id, customer_id)
    except common.Forbidden:
        log.warning("claimed by an account that is being erased", extra={"order": order_id})
