"""Claiming: a guest's order comes to belong to the account whose owner has proven the order's e-mail address."""

from apps.orders.domain.order import State
from idl import orders


def claim(state: State, customer_id: str, sealed: bytes | None) -> list[orders.OrderClaimed]:
    """Gives a guest's order to an account, once; what belongs to an account stays there."""
    if not state.exists or state.customer_id is not None:
        return []
    return [orders.OrderClaimed(customer_id=customer_id, sealed=sealed)]
