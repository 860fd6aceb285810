"""The cart's contract and the functions that implement it."""

from apps.cart.service import checkout, editing, merging
from idl import cart


class Service(cart.CartService):
    """idl/cart.thrift, implemented."""

    open_guest_cart = staticmethod(editing.open_guest_cart)
    get_cart = staticmethod(editing.get_cart)
    add_item = staticmethod(editing.add_item)
    add_items = staticmethod(editing.add_items)
    set_quantity = staticmethod(editing.set_quantity)
    remove_item = staticmethod(editing.remove_item)
    clear = staticmethod(editing.clear)
    set_currency = staticmethod(editing.set_currency)
    merge = staticmethod(merging.merge)
    check_out = staticmethod(checkout.check_out)
    put_back = staticmethod(checkout.put_back)
