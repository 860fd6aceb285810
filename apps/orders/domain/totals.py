"""The totals of an order, in pieces and money, updated by each event; part of its state and of its row in lists."""

from dataclasses import dataclass, replace
from typing import Any

from idl.orders import OrderStatus, PaymentStatus

from apps.orders.domain import states
from idl import orders


@dataclass(frozen=True, slots=True)
class Totals:
    """Pieces, and amounts in minor units of `currency`."""

    status: int = OrderStatus.PENDING
    currency: str = ""
    goods: int = 0  # the price of all lines as ordered
    charges: int = 0  # all charges; may be negative
    units: int = 0  # pieces ordered
    shipped: int = 0  # pieces shipped
    cancelled: int = 0  # pieces cancelled
    returned: int = 0  # pieces returned
    cancelled_amount: int = 0  # by how much cancellations reduced the total
    authorised: int = 0  # amount authorised
    to_capture: int = 0  # amount to capture for all shipments, including what was captured
    captured: int = 0  # amount captured
    requested: int = 0  # refunds requested, including those made
    refunded: int = 0  # amount refunded
    is_authorised: bool = False  # whether the payment is authorised, even for 0
    declined: bool = False
    voided: bool = False

    @property
    def total(self) -> int:
        """Goods and charges as ordered."""
        return self.goods + self.charges

    @property
    def net_total(self) -> int:
        """The total without what was cancelled."""
        return self.total - self.cancelled_amount

    @property
    def unshipped(self) -> int:
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
        if self.captured or (self.shipped and self.captured == self.net_total):
            return int(PaymentStatus.CAPTURED if self.captured >= self.net_total else PaymentStatus.PARTLY_CAPTURED)
        if self.voided:
            return int(PaymentStatus.VOIDED)
        return int(PaymentStatus.AUTHORISED if self.is_authorised else PaymentStatus.NONE)


NOTHING = Totals()


def after(totals: Totals, event: Any) -> Totals:
    """The totals after an event."""
    change = _CHANGES.get(type(event))
    return change(totals, event) if change else totals


def _placed(_: Totals, event: orders.OrderPlaced) -> Totals:
    return Totals(
        currency=event.total.currency,
        goods=sum(line.quantity * line.unit_price.amount for line in event.lines),
        charges=sum(charge.amount.amount for charge in event.charges),
        units=sum(line.quantity for line in event.lines),
    )


def _authorised(totals: Totals, event: orders.PaymentAuthorised) -> Totals:
    return replace(totals, authorised=event.amount.amount, is_authorised=True)


def _declined(totals: Totals, _: orders.PaymentDeclined) -> Totals:
    return replace(totals, declined=True)


def _confirmed(totals: Totals, _: orders.OrderConfirmed) -> Totals:
    return replace(totals, status=int(OrderStatus.CONFIRMED))


def _rejected(totals: Totals, _: orders.OrderRejected) -> Totals:
    return replace(totals, status=int(OrderStatus.REJECTED))


def _cancelled(totals: Totals, _: orders.OrderCancelled) -> Totals:
    return replace(totals, status=int(OrderStatus.CANCELLED), cancelled=totals.units, cancelled_amount=totals.total)


def _with_status(totals: Totals) -> Totals:
    status = states.by_quantities(totals.units, totals.shipped, totals.cancelled, totals.returned)
    return replace(totals, status=status)


def _lines_cancelled(totals: Totals, event: orders.LinesCancelled) -> Totals:
    cancelled = totals.cancelled + sum(line.quantity for line in event.lines)
    return _with_status(
        replace(totals, cancelled=cancelled, cancelled_amount=totals.cancelled_amount + event.amount.amount)
    )


def _shipped(totals: Totals, event: orders.OrderShipped) -> Totals:
    shipped = totals.shipped + sum(line.quantity for line in event.shipment.lines)
    return _with_status(replace(totals, shipped=shipped, to_capture=totals.to_capture + event.due.amount))


def _captured(totals: Totals, event: orders.PaymentCaptured) -> Totals:
    return replace(totals, captured=totals.captured + event.amount.amount)


def _returned(totals: Totals, event: orders.OrderReturned) -> Totals:
    returned = totals.returned + sum(line.quantity for line in event.returned.lines)
    return _with_status(replace(totals, returned=returned))


def _requested(totals: Totals, event: orders.RefundRequested) -> Totals:
    return replace(totals, requested=totals.requested + event.amount.amount)


def _refunded(totals: Totals, event: orders.PaymentRefunded) -> Totals:
    return replace(totals, refunded=totals.refunded + event.amount.amount)


def _voided(totals: Totals, _: orders.PaymentVoided) -> Totals:
    return replace(totals, voided=True)


_CHANGES: dict[type, Any] = {
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
