"""Merging a guest's cart into a customer's; a strategy decides the quantity of products that are in both."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from apps.cart.domain import capacity
from apps.cart.domain.state import MAX_QUANTITY, CartState, HandedOver, Line
from idl import cart, common

Strategy = Callable[[int, int], int]

STRATEGIES: dict[str, Strategy] = {
    "sum": lambda customers, guests: min(customers + guests, MAX_QUANTITY),
    "larger": max,
    "guest": lambda _, guests: guests,
    "customer": lambda customers, _: customers,
}


def merge(state: CartState, guest_cart_id: str, guest: CartState | HandedOver, strategy: str, at: int) -> list[Any]:
    """Add the guest's lines to the customer's cart, after its own.

    All of them are added: those without room were left in the guest's cart by `hand_over`.
    """
    left = list(guest.left) if isinstance(guest, HandedOver) else []
    if not guest.lines and not left:
        return []
    currency = state.currency if state.lines else guest.currency
    lines = dict(state.lines)
    for sku, line in guest.lines.items():
        if sku in lines:
            lines[sku] = _merged(lines[sku], line, STRATEGIES[strategy])
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


def _merged(customers: Line, guests: Line, strategy: Strategy) -> Line:
    return Line(
        strategy(customers.quantity, guests.quantity),
        customers.unit_price,
        min(customers.added_at, guests.added_at),
    )


def merged_line(sku: str, line: Line, currency: str) -> cart.MergedLine:
    """A line as a struct of the contract."""
    price = None if line.unit_price is None else common.Money(amount=line.unit_price, currency=currency)
    return cart.MergedLine(sku=sku, quantity=line.quantity, unit_price=price, added_at=line.added_at)


def hand_over(state: CartState, customer_id: str, into: Mapping[str, Line], strategy: str, at: int) -> list[Any]:
    """Remove the lines of a guest's cart for which the customer's, with lines `into`, has room.

    Lines without room stay and are recorded once. If the cart has a pending order, the customer is recorded even if the
    cart is empty, because the ordered items may be restored.
    """
    fits, remaining = capacity.lines_with_room(state.lines, into, adds_up=strategy == "sum")
    last = state.handed_over[-1] if state.handed_over else None
    is_recorded = not remaining or (last and (last.customer_id, last.left) == (customer_id, tuple(items(remaining))))
    if not fits and is_recorded and not state.is_awaiting:
        return []
    return [cart.CartCleared(reason="merged", at=at, lines=items(fits), customer_id=customer_id, left=items(remaining))]


def merges_before(events: Iterable[Any], order_id: str) -> int:
    """The number of hand-overs of a guest's cart before an order was checked out."""
    count = 0
    for event in events:
        if isinstance(event, cart.CartCheckedOut) and event.order_id == order_id:
            break
        count += isinstance(event, cart.CartCleared) and event.customer_id is not None
    return count


def hand_over_restored(
    state: CartState, restored: cart.CartRestored, customer_id: str, into: Mapping[str, Line], strategy: str, at: int
) -> list[Any]:
    """Hand over the restored items of a guest's cart that was merged meanwhile, as far as there is room.

    Items that the guest has added since stay in the guest's cart.
    """
    lines = {
        line.sku: Line(line.quantity, line.unit_price.amount if line.unit_price else None, line.added_at)
        for line in restored.lines
    }
    return hand_over(replace(state, lines=lines), customer_id, into, strategy, at)


def items(lines: Mapping[str, Line]) -> list[cart.CartItem]:
    """The lines as SKUs with quantities."""
    return [cart.CartItem(sku=sku, quantity=line.quantity) for sku, line in lines.items()]
