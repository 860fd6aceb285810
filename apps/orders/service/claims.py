"""Claims: guests' orders that come to belong to an account."""

from apps.orders.domain import claiming
from apps.orders.models import personal
from apps.orders.service import streams


def claim(order_id: str, customer_id: str) -> None:
    """Gives a guest's order to an account. Repeated it changes nothing; what belongs to an account stays there.

    What the order knows of its person is encrypted anew under the customer's key, and the order's own key deleted: when the
    customer is erased, so is that.
    """
    state, _ = streams.ORDERS.load(order_id)
    if state.customer_id is None and state.exists:
        known = personal.unseal({order_id: (order_id, state.sealed)})[order_id]
        sealed = personal.seal(known, customer_id)
        state = streams.ORDERS.decide(order_id, lambda now: claiming.claim(now, customer_id, sealed)).state
    if state.customer_id is not None:
        personal.forget(order_id)
