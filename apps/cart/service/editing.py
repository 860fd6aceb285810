"""Carts as customers and guests edit them: items, quantities and the currency."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings

from apps.cart import domain
from apps.cart.service import carts, offers
from idl import cart
from thriftshop import money

# The number of products priced with `as_fits`; more than a cart can hold.
MAX_PRICED = 300


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
    prices = _prices(owner, [item.sku])
    key = key and f"add:{key}"
    carts.change(owner, lambda state, at: domain.add(state, item, prices, at), key, prices.currency)
    return carts.show(owner, prices)


def _prices(owner: carts.Owner, skus: Iterable[str]) -> domain.Prices:
    """The current prices of these products and of those in the cart, which is shown with them after the change."""
    state, _ = carts.load(owner)
    return offers.prices(list(dict.fromkeys([*skus, *state.lines])), state.currency)


def add_items(
    ref: cart.CartRef, items: Sequence[cart.CartItem], key: str | None = None, as_fits: bool | None = None
) -> cart.Cart:
    """Add products; the cart names those left out. Raises InvalidInput, NotFound, Unauthenticated."""
    owner = carts.find(ref)
    carts.require_key(key)
    as_fits = bool(as_fits)
    totals = domain.totals(items, as_fits=as_fits)
    priced, left_out = dict(list(totals.items())[:MAX_PRICED]), list[cart.LeftOut]()
    prices = _prices(owner, priced)

    def decide(state: domain.CartState, at: int) -> list[Any]:
        added, left_out[:] = domain.add_many(state, priced, prices, at, as_fits=as_fits)
        return added

    carts.change(owner, decide, key and f"add:{key}", prices.currency)

    view = carts.show(owner, prices)
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
    prices = _prices(owner, [sku] if quantity else [])
    currency = prices.currency if quantity else None
    carts.change(owner, lambda state, at: domain.set_quantity(state, sku, quantity, prices, at), None, currency)
    return carts.show(owner, prices)


def remove_item(ref: cart.CartRef, sku: str) -> cart.Cart:
    """Remove a line."""
    owner = carts.find(ref)
    carts.change(owner, lambda state, at: domain.remove(state, sku, at))
    return carts.show(owner)


def clear(ref: cart.CartRef) -> cart.Cart:
    """Remove all lines."""
    owner = carts.find(ref)
    carts.change(owner, lambda state, at: domain.clear(state, "customer", at))
    return carts.show(owner)


def set_currency(ref: cart.CartRef, currency: str) -> cart.Cart:
    """Price the cart in another currency. Raises InvalidInput."""
    owner = carts.find(ref)
    code = money.accepted(currency, settings.CURRENCIES, "currency")
    prices = offers.prices(list(carts.load(owner)[0].lines), code)
    carts.change(owner, lambda state, at: domain.set_currency(state, code, prices, at))
    return carts.show(owner, prices)
