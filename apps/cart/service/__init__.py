"""The cart's contract implemented: its table of contents."""

from django.conf import settings

from apps.cart import domain
from apps.cart.service import carts, checkout, filling, following, offers
from apps.cart.service.checkout import let_go, put_back
from apps.cart.service.following import forget, sweep, take_in
from idl import cart
from thriftshop import money

__all__ = ["Service", "forget", "let_go", "put_back", "sweep", "take_in"]


class Service(cart.CartService):
    """The carts."""

    def open_guest_cart(self, currency: str) -> cart.GuestCart:
        """Opens a guest's cart; the token is shown this once."""
        token, whose = carts.open_guest(currency)
        return cart.GuestCart(token=token, cart=carts.show(whose))

    def get_cart(self, ref: cart.CartRef) -> cart.Cart:
        """The cart, priced and checked."""
        return carts.show(carts.find(ref))

    def add_item(self, ref: cart.CartRef, item: cart.CartItem, key: str | None = None) -> cart.Cart:
        """Puts some more of a product in."""
        whose = carts.find(ref)
        carts.require_key(key)
        domain.totals([item])
        prices = offers.prices([item.sku], carts.load(whose)[0].currency)
        key = key and f"add:{key}"
        carts.change(whose, lambda state, at: domain.add(state, item, prices, at), key, prices.currency)
        return carts.show(whose)

    def add_items(
        self, ref: cart.CartRef, items: list[cart.CartItem], key: str | None = None, as_fits: bool | None = None
    ) -> cart.Cart:
        """Puts many products in at once; names what is left out."""
        return filling.add_items(ref, items, key, as_fits=bool(as_fits))

    def set_quantity(self, ref: cart.CartRef, sku: str, quantity: int) -> cart.Cart:
        """Sets a line's quantity; 0 takes it out."""
        whose = carts.find(ref)
        domain.require_sku(sku)
        prices = offers.prices([sku] if quantity else [], carts.load(whose)[0].currency)
        currency = prices.currency if quantity else None
        carts.change(whose, lambda state, at: domain.set_quantity(state, sku, quantity, prices, at), None, currency)
        return carts.show(whose)

    def remove_item(self, ref: cart.CartRef, sku: str) -> cart.Cart:
        """Takes a line out."""
        whose = carts.find(ref)
        carts.change(whose, lambda state, at: domain.remove(state, sku, at))
        return carts.show(whose)

    def clear(self, ref: cart.CartRef) -> cart.Cart:
        """Takes all lines out."""
        whose = carts.find(ref)
        carts.change(whose, lambda state, at: domain.clear(state, "customer", at))
        return carts.show(whose)

    def set_currency(self, ref: cart.CartRef, currency: str) -> cart.Cart:
        """Sets the currency that the cart is priced in."""
        whose = carts.find(ref)
        code = money.accepted(currency, settings.CURRENCIES, "currency")
        prices = offers.prices(list(carts.load(whose)[0].lines), code)
        carts.change(whose, lambda state, at: domain.set_currency(state, code, prices, at))
        return carts.show(whose)

    def merge(self, guest_token: str) -> cart.Cart:
        """Merges a guest's cart into the viewer's."""
        return carts.show(following.merge(guest_token))

    def check_out(
        self, ref: cart.CartRef, version: int, lines: list[cart.CartItem], order_id: str, placement: bytes
    ) -> cart.Checkout:
        """Takes what an order buys out of the cart."""
        return checkout.check_out(ref, version, cart.Checkout(order_id=order_id, lines=lines, placement=placement))

    def put_back(self, cart_id: str, order_id: str) -> None:
        """Puts what an order that was never placed took out back in."""
        checkout.require_cart(cart_id)
        checkout.put_back(cart_id, order_id)
