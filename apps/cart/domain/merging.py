"""A guest's cart merged into a customer's: what is in one of them stays in, what is in both is settled by a strategy."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from apps.cart.domain import fitting
from apps.cart.domain.state import LARGEST_QUANTITY, CartState, HandedOver, Line
from idl import cart, common

Strategy = Callable[[int, int], int]

STRATEGIES: dict[str, Strategy] = {
    "sum": lambda customers, guests: min(customers + guests, LARGEST_QUANTITY),
    "larger": max,
    "guest": lambda _, guests: guests,
    "customer": lambda customers, _: customers,
}


def merge(state: CartState, guest_cart_id: str, guest: CartState | HandedOver, strategy: str, at: int) -> list[Any]:
    """The guest's lines go into the customer's cart, after its own.

    All of them do: what there was no room for was left in the guest's when it was handed over.
    """
    left = list(guest.left) if isinstance(guest, HandedOver) else []
    if not guest.lines and not left:
        return []
    currency = state.currency if state.lines else guest.currency
    lines = dict(state.lines)
    for sku, line in guest.lines.items():
        if sku in lines:
            lines[sku] = _settled(lines[sku], line, STRATEGIES[strategy])
        else:
            lines[sku] = Line(line.quantity, line.unit_price if guest.currency == currency else None, line.added_at)
    return [
        cart.CartMerged(
            from_cart_id=guest_cart_id,
            strategy=strategy,
            brought=items(guest.lines),
            lines=[merged_line(sku, line, currency) for sku, line in lines.items()],
            currency=currency,
            at=at,
            left=left,
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


def hand_over(state: CartState, customer_id: str, into: Mapping[str, Line], strategy: str, at: int) -> list[Any]:
    """What is in a guest's cart leaves it for a customer's, as far as there is room beside the lines that are in there.

    What is put in later is merged next. What there is no room for stays, and is named once. Where something was ordered
    before, it is noted for whom the cart was, though nothing is in it: the goods may come back.
    """
    fits, left = fitting.lines_with_room(state.lines, into, adds_up=strategy == "sum")
    known = state.handed_over[-1] if state.handed_over else None
    is_told = not left or (known and (known.customer_id, known.left) == (customer_id, tuple(items(left))))
    if not fits and is_told and not state.is_awaiting:
        return []
    return [cart.CartCleared(reason="merged", at=at, lines=items(fits), customer_id=customer_id, left=items(left))]


def merges_before(events: Iterable[Any], order_id: str) -> int:
    """How often a guest's cart had been handed over when an order took its goods out of it."""
    count = 0
    for event in events:
        if isinstance(event, cart.CartCheckedOut) and event.order_id == order_id:
            break
        count += isinstance(event, cart.CartCleared) and event.customer_id is not None
    return count


def pass_on(
    state: CartState, back: cart.CartRestored, customer_id: str, into: Mapping[str, Line], strategy: str, at: int
) -> list[Any]:
    """What came back into a guest's cart after it was merged follows the rest into the customer's, as far as there is room.

    What the guest has put in since stays in the guest's.
    """
    goods = {
        line.sku: Line(line.quantity, line.unit_price.amount if line.unit_price else None, line.added_at)
        for line in back.lines
    }
    return hand_over(replace(state, lines=goods), customer_id, into, strategy, at)


def items(lines: Mapping[str, Line]) -> list[cart.CartItem]:
    """The lines as SKUs with quantities."""
    return [cart.CartItem(sku=sku, quantity=line.quantity) for sku, line in lines.items()]
