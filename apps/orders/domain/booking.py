"""Bookings of money without an order."""

import hashlib
from typing import Any, NamedTuple

from apps.orders.domain import validation
from idl import orders

PREFIX = "adjustment-"


class Booked(NamedTuple):
    """The state of a booking's stream: the booked values for comparison, empty before the booking."""

    content: tuple[Any, ...] = ()


NOTHING = Booked()


def evolve(_: Booked, event: Any) -> Booked:
    """The state after its only event. Raises LookupError for any other event."""
    if not isinstance(event, orders.AdjustmentBooked):
        raise LookupError(f"{type(event).__name__} is not a booking.")
    return Booked(content(event.adjustment))


def content(booking: orders.Adjustment) -> tuple[Any, ...]:
    """The values in which two bookings of a key must agree."""
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
    """Book once: repeated input changes nothing, other input is refused."""
    validation.text(booking.description, "description", 200)
    validation.text(booking.reference, "reference", 100, min_length=0)
    validation.text(booking.customer_id, "customer_id", 64, min_length=0)
    if booking.amount.amount == 0:
        raise validation.invalid("amount", "The amount of a booking must not be 0.")
    if state.content and state.content != content(booking):
        raise orders.IdempotencyConflict(
            message="This key belongs to another booking; use a new key.", order_id=booking.id
        )
    return [] if state.content else [orders.AdjustmentBooked(adjustment=booking)]


def id_of(actor: str, key: str) -> str:
    """The id of a booking, derived from its actor and key."""
    return hashlib.sha256(f"{actor}\n{key}".encode()).hexdigest()[:32]
