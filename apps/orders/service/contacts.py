"""Where word of an order and its goods go: e-mail and postal address under the shop's one rule for each."""

import copy

from idl import orders
from thriftshop.contact import addresses, emails


def checked(order: orders.PlaceOrder) -> orders.PlaceOrder:
    """The order with both in the form in which they are kept. Raises common.InvalidInput, naming the field at fault."""
    found = copy.copy(order)
    if order.email is not None:
        found.email = emails.checked(order.email)
    if order.shipping_address is not None:
        found.shipping_address = addresses.checked(order.shipping_address, "shipping_address")
    return found
