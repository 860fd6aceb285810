"""Adding many products to a cart at once."""

from collections.abc import Sequence
from typing import Any

from apps.cart import domain
from apps.cart.service import carts, offers
from idl import cart

# The number of products that are priced with `as_fits`: a cart holds a hundred lines.
MOST_PRICED = 300


def add_items(
    ref: cart.CartRef, items: Sequence[cart.CartItem], key: str | None = None, as_fits: bool | None = None
) -> cart.Cart:
    """Add products; the cart names those left out. Raises InvalidInput, NotFound, Unauthenticated."""
    owner = carts.find(ref)
    carts.require_key(key)
    as_fits = bool(as_fits)
    totals = domain.totals(items, as_fits=as_fits)
    wanted, left = dict(list(totals.items())[:MOST_PRICED]), list[cart.LeftOut]()
    prices = offers.prices(list(wanted), carts.load(owner)[0].currency)

    def decide(state: domain.CartState, at: int) -> list[Any]:
        made, left[:] = domain.add_many(state, wanted, prices, at, as_fits=as_fits)
        return made

    carts.change(owner, decide, key and f"add:{key}", prices.currency)
    shown = carts.show(owner)
    shown.left_out = [*left, *_beyond(totals)]
    return shown


def _beyond(totals: dict[str, int]) -> list[cart.LeftOut]:
    no_room = cart.LeftOutReason.NO_ROOM
    return [
        cart.LeftOut(sku=sku, quantity=quantity, reason=no_room) for sku, quantity in list(totals.items())[MOST_PRICED:]
    ]
