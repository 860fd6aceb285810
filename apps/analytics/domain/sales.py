"""Sales: what an event of an order adds to the figures of its day, country and products."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from idl import orders


class Line(NamedTuple):
    """An ordered line: amounts in minor units of the order's currency."""

    number: int
    sku: str
    quantity: int
    price: int
    cancelled: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """What the figures need of an order; `customer_id` is empty for a guest, `country` if it is not known.

    `cancelled` is by how much cancellations reduced its total.
    """

    currency: str
    country: str = ""
    customer_id: str = ""
    charges: int = 0
    lines: tuple[Line, ...] = ()
    cancelled: int = 0

    @property
    def goods(self) -> int:
        """The price of all lines."""
        return sum(line.quantity * line.price for line in self.lines)


@dataclass(slots=True)
class Amounts:
    """What is added to the figures of a day and country; amounts in minor units."""

    orders: int = 0
    goods: int = 0
    charges: int = 0
    cancelled: int = 0
    refunded: int = 0
    adjustments: int = 0
    units: int = 0
    units_returned: int = 0

    def add(self, other: "Amounts") -> None:
        """Add other amounts."""
        for name in NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def net(self) -> int:
        """Revenue: goods, charges and adjustments, without what was cancelled and refunded."""
        return self.goods + self.charges + self.adjustments - self.cancelled - self.refunded


NAMES = tuple(Amounts.__dataclass_fields__)


@dataclass(slots=True)
class ProductAmounts:
    """What is added to the figures of a day and product; `returned` is the value of returned goods at the price paid."""

    orders: int = 0
    units: int = 0
    goods: int = 0
    units_cancelled: int = 0
    units_returned: int = 0
    returned: int = 0

    def add(self, other: "ProductAmounts") -> None:
        """Add other amounts."""
        for name in PRODUCT_NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))


PRODUCT_NAMES = tuple(ProductAmounts.__dataclass_fields__)


@dataclass(slots=True)
class Effect:
    """What one event adds."""

    amounts: Amounts = field(default_factory=Amounts)
    products: dict[str, ProductAmounts] = field(default_factory=dict)


def order_of(placed: orders.OrderPlaced) -> Order:
    """What the figures need of a placed order."""
    return Order(
        currency=placed.total.currency,
        country=placed.country or "",
        customer_id=placed.customer_id or "",
        charges=sum(charge.amount.amount for charge in placed.charges),
        lines=tuple(Line(line.number, line.sku, line.quantity, line.unit_price.amount) for line in placed.lines),
    )


def evolve(order: Order, event: Any) -> Order:
    """The order after an event."""
    if isinstance(event, orders.OrderClaimed):
        return replace(order, customer_id=event.customer_id)
    if isinstance(event, orders.OrderCancelled):
        lines = tuple(line._replace(cancelled=line.quantity) for line in order.lines)
        return replace(order, lines=lines, cancelled=order.goods + order.charges)
    if isinstance(event, orders.LinesCancelled):
        quantities = {line.number: line.quantity for line in event.lines}
        lines = tuple(line._replace(cancelled=line.cancelled + quantities.get(line.number, 0)) for line in order.lines)
        return replace(order, lines=lines, cancelled=order.cancelled + event.amount.amount)
    return order


def effect(order: Order, event: Any) -> Effect:
    """What an event of a confirmed order, as it was before, adds to the figures."""
    if isinstance(event, orders.OrderConfirmed):
        return _confirmed(order)
    if isinstance(event, orders.OrderCancelled | orders.LinesCancelled):
        return _cancelled(order, evolve(order, event))
    if isinstance(event, orders.OrderReturned):
        return _returned(order, event)
    if isinstance(event, orders.PaymentRefunded):
        return Effect(Amounts(refunded=event.amount.amount))
    return Effect()


def _confirmed(order: Order) -> Effect:
    units = sum(line.quantity for line in order.lines)
    result = Effect(Amounts(orders=1, goods=order.goods, charges=order.charges, units=units))
    for line in order.lines:
        product = result.products.setdefault(line.sku, ProductAmounts(orders=1))
        product.add(ProductAmounts(units=line.quantity, goods=line.quantity * line.price))
    return result


def _cancelled(before: Order, after: Order) -> Effect:
    result = Effect(Amounts(cancelled=after.cancelled - before.cancelled))
    for line, line_after in zip(before.lines, after.lines, strict=True):
        if line_after.cancelled != line.cancelled:
            product = result.products.setdefault(line.sku, ProductAmounts())
            product.add(ProductAmounts(units_cancelled=line_after.cancelled - line.cancelled))
    return result


def _returned(order: Order, event: orders.OrderReturned) -> Effect:
    result, lines = Effect(), {line.number: line for line in order.lines}
    for returned in event.returned.lines:
        line = lines[returned.number]
        result.amounts.units_returned += returned.quantity
        product = result.products.setdefault(line.sku, ProductAmounts())
        product.add(ProductAmounts(units_returned=returned.quantity, returned=returned.quantity * line.price))
    return result


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
        orders.AdjustmentBooked,
    )
)


class Purchase(NamedTuple):
    """A customer's confirmed order: its month and time, and what was paid, less what was cancelled and refunded."""

    order_id: str
    at: int
    month: str
    goods: int
    net: int


class Customer(NamedTuple):
    """A customer's figures in one currency."""

    orders: int
    net: int
    first_at: int
    first_order_id: str
    first_net: int
    last_at: int


def customer_of(purchases: Iterable[Purchase]) -> Customer | None:
    """The figures of a customer; None without a purchase."""
    by_time = sorted(purchases, key=lambda purchase: (purchase.at, purchase.order_id))
    if not by_time:
        return None
    first, last = by_time[0], by_time[-1]
    net = sum(purchase.net for purchase in by_time)
    return Customer(len(by_time), net, first.at, first.order_id, first.net, last.at)
