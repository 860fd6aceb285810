"""What the inventory's tests do over and over, in few words."""

from apps.inventory.service import ledger
from idl import inventory
from tests import acting
from thriftshop import clock

DAY = 86_400_000


def lines(**quantities):
    return [inventory.StockLine(sku=sku, quantity=quantity) for sku, quantity in quantities.items()]


def receive(stock, key="delivery", **quantities):
    with acting.as_staff("inventory"):
        return stock.receive(key, lines(**quantities), "DN-1", None)


def level(stock, sku="A"):
    with acting.as_service("orders"):
        (found,) = stock.get_levels([sku])
    return found.on_hand, found.reserved, found.available


def reserve(stock, order="order-1", hold=900, **quantities):
    with acting.as_service("orders"):
        stock.reserve(order, lines(**quantities), hold)


def later(monkeypatch, milliseconds):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + milliseconds)


def reserve_for_good(stock, order="order-1", **quantities):
    with acting.as_service("orders"):
        stock.reserve(order, lines(**quantities), 900, True)


def happened(sku):
    """The names of all that happened to a SKU, in order."""
    return [type(one.event).__name__ for one in ledger.stock.history(sku)]
