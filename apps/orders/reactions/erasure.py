"""Erasure: when a user is erased, what their orders know of them can be read by nobody any more; the orders stay."""

from apps.orders.service import closings
from thriftshop import events


def forget(record: events.Recorded) -> None:
    """Deletes the key under which the user's name, address and e-mail are sealed in every order of theirs, for good."""
    closings.complete(record.event.id)
