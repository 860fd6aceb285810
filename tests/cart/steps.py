"""Steps of the cart's tests."""

from apps.cart import service
from idl import cart
from tests import acting
from thriftshop import clock

DAY = 86_400_000


MINE = cart.CartRef()


def item(sku, quantity=1):
    return cart.CartItem(sku=sku, quantity=quantity)


def quantities(found):
    return {line.sku: line.quantity for line in found.lines}


def kinds(found):
    return [cart.LineChangeKind._VALUES_TO_NAMES[change.kind] for change in found.changes]


def open_guest(carts, currency="GBP"):
    with acting.as_stranger():
        return carts.open_guest_cart(currency).token


def guest(token):
    return cart.CartRef(token=token)


def advance_clock(monkeypatch, days):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + round(days * DAY))


def events_of(cart_id):
    return [record.kind for record in service.carts.carts.history(cart_id)]
