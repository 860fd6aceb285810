"""Buying a cart: it is checked out as it was quoted, and the order to be placed is recorded with that, in the cart's stream.

So a cart is bought once, whoever else orders it, and whoever is stopped before the order is placed leaves enough
behind for it to be placed (docs/decisions/0015-cart-check-out.md).
"""

from collections.abc import Callable

from apps.orders.domain import placing
from apps.orders.domain.placing import Quote
from apps.orders.service import quoting
from idl import cart, common, orders
from thriftshop import call_context, rpc
from thriftshop.rpc import codec

Freeze = Callable[[Quote, cart.Cart], orders.OrderPlaced]
"""Makes the order of a quote and its cart. Raises a refusal where it cannot be placed."""


def buy(order: orders.PlaceOrder, order_id: str, freeze: Freeze) -> orders.OrderPlaced:
    """Checks the cart out; gives the order that was recorded with that.

    Raises EmptyCart, InvalidInput, NotFound, Unauthenticated; TotalChanged where the cart was changed meanwhile.
    """
    quote, bought = quoting.from_cart(order)
    try:
        return _check_out(order, order_id, freeze(quote, bought))
    except cart.CartChanged:
        now, _ = quoting.from_cart(order)
        raise placing.cart_changed(now) from None


def _check_out(order: orders.PlaceOrder, order_id: str, placed: orders.OrderPlaced) -> orders.OrderPlaced:
    items = [cart.CartItem(sku=line.sku, quantity=line.quantity) for line in placed.lines]
    return _ask(order, order_id, placed.cart_version or 0, items, codec.encode(placed))


def earlier(order: orders.PlaceOrder, order_id: str) -> orders.OrderPlaced | None:
    """The order that was recorded when the cart was checked out under this id; None where it was not."""
    try:
        return _ask(order, order_id, 0, [], b"")
    except (cart.CartChanged, common.NotFound, common.Unauthenticated):
        return None


def _ask(
    order: orders.PlaceOrder, order_id: str, version: int, items: list[cart.CartItem], placement: bytes
) -> orders.OrderPlaced:
    with call_context.using(caller="orders"):
        done = rpc.connect(cart.CartService).check_out(
            cart.CartRef(token=order.cart_token), version, items, order_id, placement
        )
    return decode(done.placement)


def decode(placement: bytes) -> orders.OrderPlaced:
    """The order that was recorded with a check-out."""
    found: orders.OrderPlaced = codec.decode_peers(orders.OrderPlaced, placement)
    return found
