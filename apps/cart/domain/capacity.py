"""The limits of a cart: which items have room, and which are left out."""

from collections.abc import Mapping
from dataclasses import replace

from idl.cart import LeftOutReason

from apps.cart.domain.pricing import Prices
from apps.cart.domain.state import MAX_LINES, MAX_QUANTITY, CartState, Line
from idl import cart

LeftOutItems = list[cart.LeftOut]


def for_sale(items: Mapping[str, int], prices: Prices) -> tuple[dict[str, int], LeftOutItems]:
    """The items that have a price, and the others with the reason."""
    left_out = [
        cart.LeftOut(
            sku=sku,
            quantity=quantity,
            reason=LeftOutReason.NO_PRICE if sku in prices.on_sale else LeftOutReason.NOT_ON_SALE,
        )
        for sku, quantity in items.items()
        if sku not in prices.amounts
    ]
    return {sku: quantity for sku, quantity in items.items() if sku in prices.amounts}, left_out


def with_room(state: CartState, items: Mapping[str, int]) -> tuple[dict[str, int], LeftOutItems]:
    """The items that fit into a cart, in the order given, and those that do not."""
    fits: dict[str, int] = {}
    left_out: LeftOutItems = []
    room = MAX_LINES - len(state.lines)
    for sku, quantity in items.items():
        line = state.lines.get(sku)
        maximum = MAX_QUANTITY - line.quantity if line else MAX_QUANTITY if room > 0 else 0
        if fitting := min(quantity, maximum):
            fits[sku] = fitting
            room -= line is None
        if quantity > maximum:
            left_out.append(cart.LeftOut(sku=sku, quantity=quantity - fitting, reason=LeftOutReason.NO_ROOM))
    return fits, left_out


def lines_with_room(
    lines: Mapping[str, Line], into: Mapping[str, Line], *, adds_up: bool
) -> tuple[dict[str, Line], dict[str, Line]]:
    """The lines of a guest's cart that fit into a customer's, and those that do not.

    With `adds_up` quantities of products in both carts are added, so that a line may fit in part.
    """
    room = MAX_LINES - len(into)
    fits: dict[str, Line] = {}
    remaining: dict[str, Line] = {}
    for sku, line in lines.items():
        present = into.get(sku)
        fitting = line.quantity if present or room > 0 else 0
        if present and adds_up:
            fitting = min(line.quantity, MAX_QUANTITY - present.quantity)
        room -= present is None
        if fitting:
            fits[sku] = replace(line, quantity=fitting)
        if fitting < line.quantity:
            remaining[sku] = replace(line, quantity=line.quantity - fitting)
    return fits, remaining
