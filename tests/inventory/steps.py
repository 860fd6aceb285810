"""Steps of the inventory's tests."""

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


def advance_clock(monkeypatch, milliseconds):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + milliseconds)


def reserve_firmly(stock, order="order-1", **quantities):
    with acting.as_service("orders"):
        stock.reserve(order, lines(**quantities), 900, True)


def event_names(sku):
    """The names of a SKU's events, in order."""
    return [type(record.event).__name__ for record in ledger.stock.history(sku)]
