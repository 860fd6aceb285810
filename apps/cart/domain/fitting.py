"""The limits of a cart: which items have room, and which are left out."""

from collections.abc import Mapping
from dataclasses import replace

from idl.cart import LeftOutReason

from apps.cart.domain.pricing import Prices
from apps.cart.domain.state import LARGEST_QUANTITY, MOST_LINES, CartState, Line
from idl import cart

Left = list[cart.LeftOut]


def for_sale(items: Mapping[str, int], prices: Prices) -> tuple[dict[str, int], Left]:
    """The items that have a price, and the others with the reason."""
    left = [
        cart.LeftOut(
            sku=sku,
            quantity=quantity,
            reason=LeftOutReason.NO_PRICE if sku in prices.on_sale else LeftOutReason.NOT_ON_SALE,
        )
        for sku, quantity in items.items()
        if sku not in prices.amounts
    ]
    return {sku: quantity for sku, quantity in items.items() if sku in prices.amounts}, left


def with_room(state: CartState, items: Mapping[str, int]) -> tuple[dict[str, int], Left]:
    """The items that fit into a cart, in the order given, and those that do not."""
    fits: dict[str, int] = {}
    left: Left = []
    room = MOST_LINES - len(state.lines)
    for sku, quantity in items.items():
        held = state.lines.get(sku)
        most = LARGEST_QUANTITY - held.quantity if held else LARGEST_QUANTITY if room > 0 else 0
        if taken := min(quantity, most):
            fits[sku] = taken
            room -= held is None
        if quantity > most:
            left.append(cart.LeftOut(sku=sku, quantity=quantity - taken, reason=LeftOutReason.NO_ROOM))
    return fits, left


def lines_with_room(
    lines: Mapping[str, Line], into: Mapping[str, Line], *, adds_up: bool
) -> tuple[dict[str, Line], dict[str, Line]]:
    """The lines of a guest's cart that fit into a customer's, and those that do not.

    With `adds_up` quantities of products in both carts are added, so that a line may fit in part.
    """
    room = MOST_LINES - len(into)
    fits: dict[str, Line] = {}
    left: dict[str, Line] = {}
    for sku, line in lines.items():
        held = into.get(sku)
        taken = line.quantity if held or room > 0 else 0
        if held and adds_up:
            taken = min(line.quantity, LARGEST_QUANTITY - held.quantity)
        room -= held is None
        if taken:
            fits[sku] = replace(line, quantity=taken)
        if taken < line.quantity:
            left[sku] = replace(line, quantity=line.quantity - taken)
    return fits, left
