"""Orders as far as the results of experiments need them."""

from dataclasses import dataclass, replace
from typing import Any

from idl import orders


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order: amounts in minor units of its currency; `customer_id` is empty for a guest's.

    `reduced` is by how much cancellations reduced its total.
    """

    placed_at: int
    currency: str
    customer_id: str = ""
    total: int = 0
    units: int = 0
    is_confirmed: bool = False
    is_cancelled: bool = False
    reduced: int = 0
    refunded: int = 0
    units_cancelled: int = 0
    units_returned: int = 0

    @property
    def is_counted(self) -> bool:
        """Whether it is an outcome: it was confirmed, or cancelled before that. Rejected orders are none."""
        return self.is_confirmed or self.is_cancelled

    @property
    def net(self) -> int:
        """Its total, less what was cancelled and refunded."""
        return self.total - self.reduced - self.refunded


def purchase_of(placed: orders.OrderPlaced) -> Purchase:
    """A placed order."""
    return Purchase(
        placed_at=placed.placed_at,
        currency=placed.total.currency,
        customer_id=placed.customer_id or "",
        total=placed.total.amount,
        units=sum(line.quantity for line in placed.lines),
    )


def evolve(purchase: Purchase, event: Any) -> Purchase:
    """The order after an event."""
    if isinstance(event, orders.OrderConfirmed):
        return replace(purchase, is_confirmed=True)
    if isinstance(event, orders.OrderCancelled):
        return replace(purchase, is_cancelled=True, reduced=purchase.total, units_cancelled=purchase.units)
    if isinstance(event, orders.LinesCancelled):
        quantity = sum(line.quantity for line in event.lines)
        return replace(
            purchase,
            reduced=purchase.reduced + event.amount.amount,
            units_cancelled=purchase.units_cancelled + quantity,
        )
    if isinstance(event, orders.OrderReturned):
        quantity = sum(line.quantity for line in event.returned.lines)
        return replace(purchase, units_returned=purchase.units_returned + quantity)
    if isinstance(event, orders.PaymentRefunded):
        return replace(purchase, refunded=purchase.refunded + event.amount.amount)
    if isinstance(event, orders.OrderClaimed):
        return replace(purchase, customer_id=event.customer_id)
    return purchase


KINDS = frozenset(
    event.__name__
    for event in (
        orders.OrderPlaced,
        orders.OrderConfirmed,
        orders.OrderCancelled,
        orders.LinesCancelled,
        orders.OrderReturned,
        orders.PaymentRefunded,
        orders.OrderClaimed,
    )
)
