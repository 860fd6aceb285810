"""What there is room for in a cart, and what is left out: a cart holds so many lines, and so many pieces of one product."""

from collections.abc import Mapping

from idl.cart import LeftOutReason

from apps.cart.domain.pricing import Prices
from apps.cart.domain.state import LARGEST_QUANTITY, MOST_LINES, CartState, Line
from idl import cart

Left = list[cart.LeftOut]


def for_sale(items: Mapping[str, int], prices: Prices) -> tuple[dict[str, int], Left]:
    """What of these can be bought in the currency of the prices, and what cannot, and why."""
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
    """What of these fits into a cart, in the order given, and what does not."""
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


def lines_with_room(lines: Mapping[str, Line], into: Mapping[str, Line]) -> tuple[dict[str, Line], dict[str, Line]]:
    """Which lines of a guest's cart there is room for among a customer's, and which not."""
    new = [sku for sku in lines if sku not in into]
    without_room = set(new[max(0, MOST_LINES - len(into)) :])
    fits = {sku: line for sku, line in lines.items() if sku not in without_room}
    return fits, {sku: line for sku, line in lines.items() if sku in without_room}
