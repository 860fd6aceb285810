"""Bookings of money that belong to no order."""

import hashlib
from typing import Any, NamedTuple

from apps.orders.domain import asking
from idl import orders

PREFIX = "adjustment-"


class Booked(NamedTuple):
    """A booking's stream: what was booked, in a form that can be compared; empty before."""

    content: tuple[Any, ...] = ()


NOTHING = Booked()


def evolve(_: Booked, event: Any) -> Booked:
    """The stream after its one event. Raises LookupError for any other event."""
    if not isinstance(event, orders.AdjustmentBooked):
        raise LookupError(f"{type(event).__name__} is no booking.")
    return Booked(content(event.adjustment))


def content(booking: orders.Adjustment) -> tuple[Any, ...]:
    """What makes two bookings the same."""
    amount = booking.amount
    return (
        booking.kind,
        booking.description,
        amount.amount,
        amount.currency,
        booking.customer_id or "",
        booking.reference or "",
    )


def book(state: Booked, booking: orders.Adjustment) -> list[orders.AdjustmentBooked]:
    """Books once: the same key and input change nothing, other input is refused."""
    asking.text(booking.description, "description", 200)
    asking.text(booking.reference, "reference", 100, shortest=0)
    asking.text(booking.customer_id, "customer_id", 64, shortest=0)
    if booking.amount.amount == 0:
        raise asking.wrong("amount", "A booking moves some money: its amount is not 0.")
    if state.content and state.content != content(booking):
        raise orders.IdempotencyConflict(
            message="This key belongs to another booking; use a new key.", order_id=booking.id
        )
    return [] if state.content else [orders.AdjustmentBooked(adjustment=booking)]


def id_of(actor: str, key: str) -> str:
    """The id of what somebody books under a key: the same key, the same id."""
    return hashlib.sha256(f"{actor}\n{key}".encode()).hexdigest()[:32]
