"""Check-out of a cart as it was quoted; the order to be placed is recorded with it, in the cart's stream.

So a cart is bought only once, and an order whose process died before placing it can still be placed
(docs/decisions/0015-cart-check-out.md).
"""

from collections.abc import Callable

from apps.orders.domain import placing
from apps.orders.domain.placing import Quote
from apps.orders.service import quoting
from idl import cart, common, orders
from thriftshop import call_context, rpc
from thriftshop.rpc import codec

EventOf = Callable[[Quote, cart.Cart], orders.OrderPlaced]
"""Returns the event of an order for a quote and its cart. Raises a refusal if the order cannot be placed."""


def buy(order: orders.PlaceOrder, order_id: str, event_of: EventOf) -> orders.OrderPlaced:
    """Check the cart out; returns the order that was recorded with it.

    Raises EmptyCart, InvalidInput, NotFound, Unauthenticated; TotalChanged if the cart was changed meanwhile.
    """
    quote, contents = quoting.from_cart(order)
    try:
        return _check_out(order, order_id, event_of(quote, contents))
    except cart.CartChanged:
        now, _ = quoting.from_cart(order)
        raise placing.cart_changed(now) from None


def _check_out(order: orders.PlaceOrder, order_id: str, placed: orders.OrderPlaced) -> orders.OrderPlaced:
    items = [cart.CartItem(sku=line.sku, quantity=line.quantity) for line in placed.lines]
    return _call(order, order_id, placed.cart_version or 0, items, codec.encode(placed))


def earlier(order: orders.PlaceOrder, order_id: str) -> orders.OrderPlaced | None:
    """The order that was recorded when the cart was checked out under this id, if it was."""
    try:
        return _call(order, order_id, 0, [], b"")
    except (cart.CartChanged, common.NotFound, common.Unauthenticated):
        return None


def _call(
    order: orders.PlaceOrder, order_id: str, version: int, items: list[cart.CartItem], placement: bytes
) -> orders.OrderPlaced:
    with call_context.using(caller="orders"):
        checked_out = rpc.connect(cart.CartService).check_out(
            cart.CartRef(token=order.cart_token), version, items, order_id, placement
        )
    return decode(checked_out.placement)


def decode(placement: bytes) -> orders.OrderPlaced:
    """The order that was recorded with a check-out."""
    placed: orders.OrderPlaced = codec.decode_peers(orders.OrderPlaced, placement)
    return placed
