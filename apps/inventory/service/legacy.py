"""The inventory contract of 2018: one item's available quantity, and its immediate reduction."""

from apps.inventory.service import ledger, stock_changes
from idl import common, inventory
from idl.legacy import inventory as legacy_inventory

# Clients of 2018 compare these ids and messages.
NOT_FOUND, UNAVAILABLE = (1, "Not found"), (2, "Inventory Unavailable")
LARGEST_I32 = (1 << 31) - 1


def get(itemId: str) -> legacy_inventory.ItemStatus:  # noqa: N803 - as declared in 2018
    """The available quantity of an item."""
    (level,) = ledger.levels([itemId])
    if level.version == 0:
        raise _exception(NOT_FOUND)
    return _status(itemId, level.available)


def reduce(itemId: str, qty: int) -> legacy_inventory.ItemStatus:  # noqa: N803 - as declared in 2018
    """Reduce the stock of an item at once: never below zero, never what is reserved."""
    (level,) = ledger.levels([itemId])
    if level.version == 0:
        raise _exception(NOT_FOUND)
    try:
        return _status(itemId, stock_changes.reduce(itemId, qty).available)
    except (inventory.OutOfStock, common.InvalidInput) as refusal:
        raise _exception(UNAVAILABLE) from refusal


def _status(item_id: str, available: int) -> legacy_inventory.ItemStatus:
    return legacy_inventory.ItemStatus(itemId=item_id, qty=min(available, LARGEST_I32))


def _exception(kind: tuple[int, str]) -> legacy_inventory.ItemStatusException:
    return legacy_inventory.ItemStatusException(id=kind[0], message=kind[1])
