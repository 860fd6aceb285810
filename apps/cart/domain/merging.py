"""A guest's cart merged into a customer's: what is in one of them stays in, what is in both is settled by a strategy."""

from collections.abc import Callable, Mapping
from typing import Any

from apps.cart.domain.state import LARGEST_QUANTITY, MOST_LINES, CartState, HandedOver, Line
from idl import cart, common

Strategy = Callable[[int, int], int]

STRATEGIES: dict[str, Strategy] = {
    "sum": lambda customers, guests: min(customers + guests, LARGEST_QUANTITY),
    "larger": max,
    "guest": lambda _, guests: guests,
    "customer": lambda customers, _: customers,
}


def merge(state: CartState, guest_cart_id: str, guest: CartState | HandedOver, strategy: str, at: int) -> list[Any]:
    """The guest's lines go into the customer's cart, after its own; the customer's stay where there is no room for all."""
    if not guest.lines:
        return []
    currency = state.currency if state.lines else guest.currency
    lines = dict(state.lines)
    for sku, line in guest.lines.items():
        if sku in lines:
            lines[sku] = _settled(lines[sku], line, STRATEGIES[strategy])
        elif len(lines) < MOST_LINES:
            lines[sku] = Line(line.quantity, line.unit_price if guest.currency == currency else None, line.added_at)
    return [
        cart.CartMerged(
            from_cart_id=guest_cart_id,
            strategy=strategy,
            brought=items(guest.lines),
            lines=[merged_line(sku, line, currency) for sku, line in lines.items()],
            currency=currency,
            at=at,
        )
    ]


def _settled(customers: Line, guests: Line, strategy: Strategy) -> Line:
    return Line(
        strategy(customers.quantity, guests.quantity),
        customers.unit_price,
        min(customers.added_at, guests.added_at),
    )


def merged_line(sku: str, line: Line, currency: str) -> cart.MergedLine:
    """A line as events have it."""
    price = None if line.unit_price is None else common.Money(amount=line.unit_price, currency=currency)
    return cart.MergedLine(sku=sku, quantity=line.quantity, unit_price=price, added_at=line.added_at)


def hand_over(state: CartState, customer_id: str, at: int) -> list[Any]:
    """All that is in a guest's cart leaves it for a customer's; what is put in later is merged next."""
    if not state.lines:
        return []
    return [cart.CartCleared(reason="merged", at=at, lines=items(state.lines), customer_id=customer_id)]


def items(lines: Mapping[str, Line]) -> list[cart.CartItem]:
    """The lines as SKUs with quantities."""
    return [cart.CartItem(sku=sku, quantity=line.quantity) for sku, line in lines.items()]
