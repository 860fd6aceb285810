"""Sample events, prices and states for tests of the cart's rules."""

from apps.cart import domain
from idl import cart, common

NOW = 1_000_000


LIFETIME = 1_000


SKUS = ["CUP", "PLATE", "BOWL", "RUG", "VASE"]


ON_SALE = domain.Prices("GBP", {"CUP": 450, "PLATE": 1200, "BOWL": 999, "RUG": 8900})


OPENED = cart.CartOpened(currency="GBP", at=NOW)


def pounds(amount):
    return common.Money(amount=amount, currency="GBP")


def added(sku, quantity, price=None, at=NOW):
    return cart.ItemAdded(sku=sku, quantity=quantity, unit_price=price and pounds(price), at=at)


def item(sku, quantity):
    return cart.CartItem(sku=sku, quantity=quantity)


def given(*events):
    state = domain.EMPTY
    for event in events:
        state = domain.evolve(state, event)
    return state


def quantities(state):
    return {sku: line.quantity for sku, line in state.lines.items()}


def restored_lines(ordered):
    """The restored lines of an order of these quantities."""
    return [cart.MergedLine(sku=sku, quantity=quantity, added_at=NOW) for sku, quantity in ordered.items()]
