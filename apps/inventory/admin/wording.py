"""Movements in words and signs, as the staff read them."""

from datetime import datetime

from django.utils import timezone

from idl import inventory
from thriftshop import clock

WORDS = {
    inventory.StockReceived: "Received",
    inventory.StockReserved: "Reserved",
    inventory.StockAllocated: "Allocated",
    inventory.StockReleased: "Released",
    inventory.StockShipped: "Shipped",
    inventory.StockTakenBack: "Returned",
    inventory.StockWrittenOff: "Written off",
    inventory.StockCounted: "Counted",
    inventory.StockReduced: "Reduced by an old client",
}
KINDS = {struct.__name__: words for struct, words in WORDS.items()}
LOOKS = {"StockWrittenOff": "bad", "StockReleased": "warn", "StockAllocated": "quiet", "StockReserved": "quiet"}


def kind(name: str) -> str:
    """The kind of a movement in words."""
    return KINDS.get(name, name)


def look(name: str) -> str:
    """How its badge looks."""
    return LOOKS.get(name, "")


def change(by: int, to: int) -> str:
    """A change with its sign and what it came to: `+5 to 12`; what stayed as it was alone."""
    return f"{by:+,} to {to:,}" if by else f"{to:,}"


def moment(milliseconds: int) -> str:
    """A moment in the shop's time zone."""
    return f"{timezone.localtime(clock.datetime_of(milliseconds)):%d %b %Y %H:%M:%S}"


def row(one: inventory.Movement) -> tuple[inventory.Movement, datetime, str, str, str, str]:
    """A movement with all that its row on a stock card shows."""
    return (
        one,
        timezone.localtime(clock.datetime_of(one.occurred_at)),
        kind(one.kind),
        look(one.kind),
        change(one.on_hand_change, one.on_hand),
        change(one.reserved_change, one.reserved),
    )
