"""The e-mail and shipping addresses of a request, validated as everywhere in the shop."""

import copy

from idl import orders
from thriftshop.contact import addresses, emails


def checked(order: orders.PlaceOrder) -> orders.PlaceOrder:
    """The order with normalised addresses. Raises InvalidInput, naming the field."""
    result = copy.copy(order)
    if order.email is not None:
        result.email = emails.checked(order.email)
    if order.shipping_address is not None:
        result.shipping_address = addresses.checked(order.shipping_address, "shipping_address")
    return result
