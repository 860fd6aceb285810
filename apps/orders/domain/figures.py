"""The totals of an order, in pieces and money, updated by each event; used by the order and by its row in lists."""

from dataclasses import dataclass, replace
from typing import Any

from idl.orders import OrderStatus, PaymentStatus

from apps.orders.domain import states
from idl import orders


@dataclass(frozen=True, slots=True)
class Figures:
    """Pieces, and amounts in minor units of `currency`."""

    status: int = OrderStatus.PENDING
    currency: str = ""
    goods: int = 0  # the price of all lines as ordered
    charges: int = 0  # all charges; may be negative
    units: int = 0  # pieces ordered
    shipped: int = 0  # pieces shipped
    cancelled: int = 0  # pieces cancelled
    returned: int = 0  # pieces returned
    unowed: int = 0  # price of what was cancelled
    authorised: int = 0  # amount authorised
    due: int = 0  # amount to capture for shipments
    captured: int = 0  # amount captured
    requested: int = 0  # refunds requested, including those made
    refunded: int = 0  # amount refunded
    promised: bool = False  # whether the payment is authorised, even for 0
    declined: bool = False
    voided: bool = False

    @property
    def total(self) -> int:
        """Goods and charges as ordered."""
        return self.goods + self.charges

    @property
    def owed(self) -> int:
        """The price of everything that was not cancelled."""
        return self.total - self.unowed

    @property
    def left(self) -> int:
        """Pieces still to be shipped."""
        return self.units - self.shipped - self.cancelled

    @property
    def refundable(self) -> int:
        """The amount that can still be refunded."""
        return self.captured - self.requested

    @property
    def payment_status(self) -> int:
        """The payment status of the contract."""
        if self.refunded:
            return int(PaymentStatus.REFUNDED if self.refunded == self.captured else PaymentStatus.PARTLY_REFUNDED)
        if self.declined:
            return int(PaymentStatus.DECLINED)
        if self.captured or (self.shipped and self.captured == self.owed):
            return int(PaymentStatus.CAPTURED if self.captured >= self.owed else PaymentStatus.PARTLY_CAPTURED)
        if self.voided:
            return int(PaymentStatus.VOIDED)
        return int(PaymentStatus.AUTHORISED if self.promised else PaymentStatus.NONE)


NOTHING = Figures()


def after(figures: Figures, event: Any) -> Figures:
    """The figures after an event."""
    count = _COUNTS.get(type(event))
    return count(figures, event) if count else figures


def _placed(_: Figures, event: orders.OrderPlaced) -> Figures:
    return Figures(
        currency=event.total.currency,
        goods=sum(line.quantity * line.unit_price.amount for line in event.lines),
        charges=sum(charge.amount.amount for charge in event.charges),
        units=sum(line.quantity for line in event.lines),
    )


def _authorised(figures: Figures, event: orders.PaymentAuthorised) -> Figures:
    return replace(figures, authorised=event.amount.amount, promised=True)


def _declined(figures: Figures, _: orders.PaymentDeclined) -> Figures:
    return replace(figures, declined=True)


def _confirmed(figures: Figures, _: orders.OrderConfirmed) -> Figures:
    return replace(figures, status=int(OrderStatus.CONFIRMED))


def _rejected(figures: Figures, _: orders.OrderRejected) -> Figures:
    return replace(figures, status=int(OrderStatus.REJECTED))


def _cancelled(figures: Figures, _: orders.OrderCancelled) -> Figures:
    return replace(figures, status=int(OrderStatus.CANCELLED), cancelled=figures.units, unowed=figures.total)


def _moved(figures: Figures) -> Figures:
    status = states.after_moving(figures.units, figures.shipped, figures.cancelled, figures.returned)
    return replace(figures, status=status)


def _lines_cancelled(figures: Figures, event: orders.LinesCancelled) -> Figures:
    cancelled = figures.cancelled + sum(line.quantity for line in event.lines)
    return _moved(replace(figures, cancelled=cancelled, unowed=figures.unowed + event.amount.amount))


def _shipped(figures: Figures, event: orders.OrderShipped) -> Figures:
    shipped = figures.shipped + sum(line.quantity for line in event.shipment.lines)
    return _moved(replace(figures, shipped=shipped, due=figures.due + event.due.amount))


def _captured(figures: Figures, event: orders.PaymentCaptured) -> Figures:
    return replace(figures, captured=figures.captured + event.amount.amount)


def _returned(figures: Figures, event: orders.OrderReturned) -> Figures:
    returned = figures.returned + sum(line.quantity for line in event.returned.lines)
    return _moved(replace(figures, returned=returned))


def _requested(figures: Figures, event: orders.RefundRequested) -> Figures:
    return replace(figures, requested=figures.requested + event.amount.amount)


def _refunded(figures: Figures, event: orders.PaymentRefunded) -> Figures:
    return replace(figures, refunded=figures.refunded + event.amount.amount)


def _voided(figures: Figures, _: orders.PaymentVoided) -> Figures:
    return replace(figures, voided=True)


_COUNTS: dict[type, Any] = {
    orders.OrderPlaced: _placed,
    orders.PaymentAuthorised: _authorised,
    orders.PaymentDeclined: _declined,
    orders.OrderConfirmed: _confirmed,
    orders.OrderRejected: _rejected,
    orders.OrderCancelled: _cancelled,
    orders.LinesCancelled: _lines_cancelled,
    orders.OrderShipped: _shipped,
    orders.PaymentCaptured: _captured,
    orders.OrderReturned: _returned,
    orders.RefundRequested: _requested,
    orders.PaymentRefunded: _refunded,
    orders.PaymentVoided: _voided,
}
