"""Many products put into a cart at once, and what was left out of them."""

from collections.abc import Sequence
from typing import Any

from apps.cart import domain
from apps.cart.service import carts, offers
from idl import cart

# More are not looked at where only what fits is put in: a cart holds a hundred lines.
MOST_PRICED = 300


def add_items(
    ref: cart.CartRef, items: Sequence[cart.CartItem], key: str | None = None, as_fits: bool | None = None
) -> cart.Cart:
    """Puts products in; gives the cart with what was left out. Raises InvalidInput, NotFound, Unauthenticated."""
    whose = carts.find(ref)
    carts.require_key(key)
    as_fits = bool(as_fits)
    totals = domain.totals(items, as_fits=as_fits)
    wanted, left = dict(list(totals.items())[:MOST_PRICED]), list[cart.LeftOut]()
    prices = offers.prices(list(wanted), carts.load(whose)[0].currency)

    def decide(state: domain.CartState, at: int) -> list[Any]:
        made, left[:] = domain.add_many(state, wanted, prices, at, as_fits=as_fits)
        return made

    carts.change(whose, decide, key and f"add:{key}", prices.currency)
    shown = carts.show(whose)
    shown.left_out = [*left, *_beyond(totals)]
    return shown


def _beyond(totals: dict[str, int]) -> list[cart.LeftOut]:
    no_room = cart.LeftOutReason.NO_ROOM
    return [
        cart.LeftOut(sku=sku, quantity=quantity, reason=no_room) for sku, quantity in list(totals.items())[MOST_PRICED:]
    ]
