"""The inventory's contract implemented: its table of contents."""

from apps.inventory.service import goods, ledger, reads, reservations
from apps.inventory.service.reservations import sweep
from idl import common, inventory
from idl.legacy import inventory as legacy_inventory
from thriftshop import identity

__all__ = ["Legacy", "Service", "sweep"]

# The ids and messages of the 2018 service: its clients compare them.
NOT_FOUND, UNAVAILABLE = (1, "Not found"), (2, "Inventory Unavailable")
LARGEST_I32 = (1 << 31) - 1


class Service(inventory.InventoryService):
    """The inventory."""

    def get_levels(self, skus: list[str]) -> list[inventory.StockLevel]:
        """The levels of these SKUs, in that order; read back at once."""
        return ledger.levels(skus)

    def get_levels_at(self, skus: list[str], at: int) -> list[inventory.StockLevel]:
        """The levels as they were at a moment."""
        identity.require_staff()
        return reads.levels_at(skus, at)

    def list_levels(self, after: str | None, first: int) -> list[inventory.StockLevel]:
        """The levels of all SKUs, in their order."""
        identity.require_staff()
        return reads.list_levels(after, first)

    def get_totals(self) -> inventory.StockTotals:
        """The whole ledger in figures."""
        identity.require_staff()
        return reads.totals()

    def get_movements(self, sku: str, page: common.Page) -> inventory.MovementPage:
        """A page of a SKU's ledger."""
        identity.require_staff()
        return reads.movements(sku, page)

    def receive(
        self, key: str, lines: list[inventory.StockLine], reference: str | None = None, reason: str | None = None
    ) -> list[inventory.StockLevel]:
        """Puts goods on the shelf."""
        identity.require_staff()
        return goods.receive(key, lines, reference, reason)

    def reserve(
        self, reservation_id: str, lines: list[inventory.StockLine], hold_seconds: int, firm: bool | None = None
    ) -> None:
        """Promises an order's lines, all or none."""
        reservations.reserve(reservation_id, lines, hold_seconds, firm=bool(firm))

    def allocate(self, reservation_id: str, skus: list[str]) -> None:
        """Makes a reservation firm."""
        reservations.allocate(reservation_id, skus)

    def release(self, reservation_id: str, skus: list[str], reason: str) -> None:
        """Takes back what is left of a reservation."""
        reservations.release(reservation_id, skus, reason)

    def release_lines(self, key: str, reservation_id: str, lines: list[inventory.StockLine], reason: str) -> None:
        """Takes a part of a reservation back."""
        reservations.release_lines(key, reservation_id, lines, reason)

    def ship(self, key: str, reservation_id: str, lines: list[inventory.StockLine]) -> None:
        """Takes reserved goods off the shelf."""
        reservations.ship(key, reservation_id, lines)

    def take_back(
        self, key: str, lines: list[inventory.StockLine], reference: str | None = None, reason: str | None = None
    ) -> None:
        """Puts returned goods back on the shelf."""
        goods.take_back(key, lines, reference, reason)

    def write_off(
        self, key: str, lines: list[inventory.StockLine], reason: str, reference: str | None = None
    ) -> list[inventory.StockLevel]:
        """Takes lost goods off the shelf."""
        identity.require_staff()
        return goods.write_off(key, lines, reason, reference)

    def count(self, key: str, sku: str, counted: int, reason: str) -> inventory.StockLevel:
        """Sets what is on hand to what was counted."""
        identity.require_staff()
        return goods.count(key, sku, counted, reason)


class Legacy(legacy_inventory.InventoryService):
    """The inventory of 2018: what can be sold of an item, and taking of it."""

    def get(self, itemId: str) -> legacy_inventory.ItemStatus:  # noqa: N803 - 2018's name
        """How many can be sold."""
        (found,) = ledger.levels([itemId])
        if found.version == 0:
            raise _exception(NOT_FOUND)
        return _status(itemId, found.available)

    def reduce(self, itemId: str, qty: int) -> legacy_inventory.ItemStatus:  # noqa: N803 - 2018's name
        """Takes so many at once; never below zero, never what is promised to others."""
        (found,) = ledger.levels([itemId])
        if found.version == 0:
            raise _exception(NOT_FOUND)
        try:
            return _status(itemId, goods.reduce(itemId, qty).available)
        except (inventory.OutOfStock, common.InvalidInput) as refusal:
            raise _exception(UNAVAILABLE) from refusal


def _status(item_id: str, available: int) -> legacy_inventory.ItemStatus:
    return legacy_inventory.ItemStatus(itemId=item_id, qty=min(available, LARGEST_I32))


def _exception(kind: tuple[int, str]) -> legacy_inventory.ItemStatusException:
    return legacy_inventory.ItemStatusException(id=kind[0], message=kind[1])
