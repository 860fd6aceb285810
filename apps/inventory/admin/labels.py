"""The display of movements in the admin."""

from datetime import datetime

from django.utils import timezone

from idl import inventory
from thriftshop import clock

LABELS = {
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
KINDS = {struct.__name__: words for struct, words in LABELS.items()}
STYLES = {"StockWrittenOff": "bad", "StockReleased": "warn", "StockAllocated": "quiet", "StockReserved": "quiet"}


def kind(name: str) -> str:
    """The label of a kind of movement."""
    return KINDS.get(name, name)


def style(name: str) -> str:
    """The CSS class of its badge."""
    return STYLES.get(name, "")


def change(by: int, to: int) -> str:
    """A signed change and the quantity after it: `+5 to 12`; only the quantity if it did not change."""
    return f"{by:+,} to {to:,}" if by else f"{to:,}"


def moment(milliseconds: int) -> str:
    """A time in the shop's time zone."""
    return f"{timezone.localtime(clock.datetime_of(milliseconds)):%d %b %Y %H:%M:%S}"


def row(movement: inventory.Movement) -> tuple[inventory.Movement, datetime, str, str, str, str]:
    """The columns of a movement on a stock card."""
    return (
        movement,
        timezone.localtime(clock.datetime_of(movement.occurred_at)),
        kind(movement.kind),
        style(movement.kind),
        change(movement.on_hand_change, movement.on_hand),
        change(movement.reserved_change, movement.reserved),
    )
