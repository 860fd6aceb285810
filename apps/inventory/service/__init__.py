"""The inventory's contracts, today's and that of 2018, and the functions that implement them."""

from apps.inventory.service import ledger, legacy, reads, reservations, stock_changes
from idl import inventory
from idl.legacy import inventory as legacy_inventory


class Service(inventory.InventoryService):
    """idl/inventory.thrift, implemented."""

    get_levels = staticmethod(ledger.levels)
    get_levels_at = staticmethod(reads.levels_at)
    list_levels = staticmethod(reads.list_levels)
    get_totals = staticmethod(reads.totals)
    get_movements = staticmethod(reads.movements)
    receive = staticmethod(stock_changes.receive)
    reserve = staticmethod(reservations.reserve)
    allocate = staticmethod(reservations.allocate)
    release = staticmethod(reservations.release)
    release_lines = staticmethod(reservations.release_lines)
    ship = staticmethod(reservations.ship)
    take_back = staticmethod(stock_changes.return_to_stock)
    write_off = staticmethod(stock_changes.write_off)
    count = staticmethod(stock_changes.count)


class Legacy(legacy_inventory.InventoryService):
    """idl/legacy/inventory.thrift, implemented."""

    get = staticmethod(legacy.get)
    reduce = staticmethod(legacy.reduce)
