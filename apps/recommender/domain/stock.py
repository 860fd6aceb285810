"""The change of the available quantity by an inventory event."""

from typing import Any

from idl import inventory

# Allocating and shipping change nothing, because reserved goods are not available.
CHANGES: dict[type, tuple[int, str]] = {
    inventory.StockReceived: (1, "quantity"),
    inventory.StockReserved: (-1, "quantity"),
    inventory.StockReleased: (1, "quantity"),
    inventory.StockTakenBack: (1, "quantity"),
    inventory.StockWrittenOff: (-1, "quantity"),
    inventory.StockCounted: (1, "difference"),
    inventory.StockReduced: (-1, "quantity"),
}
KINDS = frozenset(kind.__name__ for kind in CHANGES)


def change(event: Any) -> int:
    """The change of the available quantity. Raises KeyError for an event of another kind."""
    sign, field = CHANGES[type(event)]
    return sign * int(getattr(event, field))
