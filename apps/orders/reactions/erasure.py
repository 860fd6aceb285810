"""Erasure: the personal data in the orders of an erased user becomes unreadable; the orders stay."""

from apps.orders.service import closings
from thriftshop import events


def forget(record: events.Recorded) -> None:
    """Delete the key with which the personal data in the user's orders is encrypted."""
    closings.complete(record.event.id)
