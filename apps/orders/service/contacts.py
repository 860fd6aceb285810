"""The e-mail and shipping addresses of a request, validated as everywhere in the shop."""

import copy

from apps.orders.domain import validation
from idl import orders
from thriftshop.contact import addresses, countries, emails


def checked(order: orders.PlaceOrder) -> orders.PlaceOrder:
    """The order with normalised addresses and country. Raises InvalidInput, naming the field."""
    result = copy.copy(order)
    if order.email is not None:
        result.email = emails.checked(order.email)
    if order.shipping_address is not None:
        result.shipping_address = addresses.checked(order.shipping_address, "shipping_address")
    if order.country is not None:
        result.country = order.country.upper()
        if result.country not in countries.CODES:
            raise validation.invalid("country", f"{order.country[:10]!r} is not an ISO 3166-1 alpha-2 code.")
    return result
