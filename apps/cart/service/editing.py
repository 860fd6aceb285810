"""Carts as customers and guests edit them: items, quantities and the currency."""

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings

from apps.cart import domain
from apps.cart.service import carts, offers
from idl import cart
from thriftshop import money

# The number of products priced with `as_fits`; more than a cart can hold.
MAX_PRICED = 300

Changed = tuple[domain.CartState, int]
PricedCommand = Callable[[domain.CartState, domain.Prices, int], Sequence[Any]]
"""A command on a cart's state with current prices, at a moment."""


def open_guest_cart(currency: str) -> cart.GuestCart:
    """Open a guest's cart. Its token is not stored and cannot be read again. Raises InvalidInput."""
    token, owner = carts.open_guest(currency)
    return cart.GuestCart(token=token, cart=carts.show(owner))


def get_cart(ref: cart.CartRef) -> cart.Cart:
    """The cart with current prices and availability. Raises NotFound, Unauthenticated, as do all functions here."""
    return carts.show(carts.find(ref))


def add_item(ref: cart.CartRef, item: cart.CartItem, key: str | None = None) -> cart.Cart:
    """Add some of a product to the cart."""
    owner = carts.find(ref)
    carts.require_key(key)
    domain.totals([item])

    def add(state: domain.CartState, prices: domain.Prices, at: int) -> list[Any]:
        return domain.add(state, item, prices, at)

    return carts.show(owner, *_change_priced(owner, [item.sku], add, key and f"add:{key}"))


def add_items(
    ref: cart.CartRef, items: Sequence[cart.CartItem], key: str | None = None, as_fits: bool | None = None
) -> cart.Cart:
    """Add products; the cart names those left out. Raises InvalidInput, NotFound, Unauthenticated."""
    owner = carts.find(ref)
    carts.require_key(key)
    as_fits = bool(as_fits)
    totals = domain.totals(items, as_fits=as_fits)
    priced, left_out = dict(list(totals.items())[:MAX_PRICED]), list[cart.LeftOut]()

    def add(state: domain.CartState, prices: domain.Prices, at: int) -> list[Any]:
        added, left_out[:] = domain.add_many(state, priced, prices, at, as_fits=as_fits)
        return added

    view = carts.show(owner, *_change_priced(owner, list(priced), add, key and f"add:{key}"))
    view.left_out = [*left_out, *_not_priced(totals)]
    return view


def _not_priced(totals: dict[str, int]) -> list[cart.LeftOut]:
    no_room = cart.LeftOutReason.NO_ROOM
    return [
        cart.LeftOut(sku=sku, quantity=quantity, reason=no_room) for sku, quantity in list(totals.items())[MAX_PRICED:]
    ]


def set_quantity(ref: cart.CartRef, sku: str, quantity: int) -> cart.Cart:
    """Set the quantity of a line; 0 removes it."""
    owner = carts.find(ref)
    domain.require_sku(sku)

    def change(state: domain.CartState, prices: domain.Prices, at: int) -> list[Any]:
        return domain.set_quantity(state, sku, quantity, prices, at)

    if quantity:
        return carts.show(owner, *_change_priced(owner, [sku], change))
    prices = _prices(carts.load_known(owner), [])
    return carts.show(owner, prices, carts.change(owner, lambda state, at: change(state, prices, at)))


def remove_item(ref: cart.CartRef, sku: str) -> cart.Cart:
    """Remove a line."""
    owner = carts.find(ref)
    changed = carts.change(owner, lambda state, at: domain.remove(state, sku, at))
    return carts.show(owner, None, changed)


def clear(ref: cart.CartRef) -> cart.Cart:
    """Remove all lines."""
    owner = carts.find(ref)
    changed = carts.change(owner, lambda state, at: domain.clear(state, "customer", at))
    return carts.show(owner, None, changed)


def set_currency(ref: cart.CartRef, currency: str) -> cart.Cart:
    """Price the cart in another currency. Raises InvalidInput."""
    owner = carts.find(ref)
    code = money.accepted(currency, settings.CURRENCIES, "currency")
    prices = offers.prices(list(carts.load(owner)[0].lines), code)
    changed = carts.change(owner, lambda state, at: domain.set_currency(state, code, prices, at))
    return carts.show(owner, prices, changed)


# -- prices --------------------------------------------------------------------------------------


class _CurrencyChanged(Exception):
    """The cart has another currency than this process knew."""


def _change_priced(
    owner: carts.Owner, skus: Sequence[str], command: PricedCommand, key: str | None = None
) -> tuple[domain.Prices, Changed]:
    """Apply a command with current prices, which the cart is then shown with; returns these, and the state and version.

    They are in the currency of the cart as this process knows it. If it has another one by now, the cart is read again.
    """
    prices = _prices(carts.load_known(owner), skus)

    def command_in_currency(state: domain.CartState, at: int) -> Sequence[Any]:
        if state.currency != prices.currency:
            raise _CurrencyChanged
        return command(state, prices, at)

    try:
        return prices, carts.change(owner, command_in_currency, key, prices.currency)
    except _CurrencyChanged:
        prices = _prices(carts.load(owner), skus)
        return prices, carts.change(owner, lambda state, at: command(state, prices, at), key, prices.currency)


def _prices(known: Changed, skus: Sequence[str]) -> domain.Prices:
    """The current prices of these products and of those in the cart."""
    state, _ = known
    return offers.prices(list(dict.fromkeys([*skus, *state.lines])), state.currency)
