"""Claiming: a guest's order is moved to the account with its verified e-mail address."""

from apps.orders.domain.order import State
from idl import orders


def claim(state: State, customer_id: str, sealed: bytes | None) -> list[orders.OrderClaimed]:
    """Move a guest's order to an account, once; orders of accounts are not moved."""
    if not state.exists or state.customer_id is not None:
        return []
    return [orders.OrderClaimed(customer_id=customer_id, sealed=sealed)]
