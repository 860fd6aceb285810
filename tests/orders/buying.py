"""Carts and requests of buyers in these tests."""

from idl import cart, orders
from tests import acting
from tests.orders import shop
from thriftshop import rpc


def cart_service():
    return rpc.connect(cart.CartService)


def fill(quantities, token=None):
    for sku, quantity in quantities.items():
        cart_service().add_item(cart.CartRef(token=token), cart.CartItem(sku=sku, quantity=quantity), None)


def buy(**more):
    """The request to buy a cart, as the gateway sends it."""
    values = {
        "idempotency_key": shop.key("buy"),
        "payment": orders.PaymentMethod(provider="card", token="tok_ok"),
        "shipping_address": shop.ADDRESS,
    }
    return orders.PlaceOrder(**values | more)


def guest_cart(quantities):
    with acting.as_stranger():
        token = cart_service().open_guest_cart("GBP").token
        fill(quantities, token)
    return token
