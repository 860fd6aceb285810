"""What carts measure of the business: carts that are opened, filled and checked out."""

from idl import cart
from thriftshop.telemetry.measures import Total, once

MEASURES = [
    Total("thriftshop_cart_opened_total", "Carts that were opened.", {cart.CartOpened: once}),
    Total("thriftshop_cart_units_added_total", "Units put into carts.", {cart.ItemAdded: lambda event: event.quantity}),
    Total("thriftshop_cart_checked_out_total", "Carts that were checked out.", {cart.CartCheckedOut: once}),
]
