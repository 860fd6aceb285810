"""Commands on a placed order: cancel, ship, return, refund and retry."""

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from idl.orders import OrderStatus

from apps.orders.domain import amounts, states, steps, validation
from apps.orders.domain.order import State
from idl import common, orders
from thriftshop.money import format_amount

Events = list[Any]
DAY_MS = 86_400_000


class Actor(NamedTuple):
    """The role of the viewer: `customer`, `staff` or `system`."""

    role: str

    @property
    def is_customer(self) -> bool:
        """Whether the limits for customers apply."""
        return self.role == "customer"


class ReturnRequest(NamedTuple):
    """The goods to return: their lines, the reason, whether to restock them, and the time."""

    id: str
    lines: Sequence[orders.LineQuantity]
    reason: str
    restock: bool
    at: int


def change_id(order: str, command: str, key: str) -> str:
    """The id of a shipment, cancellation, return or refund, derived from the command and its key."""
    return hashlib.sha256(f"{order}\n{command}\n{key}".encode()).hexdigest()[:16]


def cancel(state: State, reason: str, by: Actor, now: int) -> Events:
    """Cancel the whole order; do nothing if it is cancelled already."""
    validation.text(reason, "reason", 500)
    if state.status == OrderStatus.CANCELLED:
        return []
    if not states.may_become(state.status, OrderStatus.CANCELLED):
        raise states.refuse(state.status, "It can no longer be cancelled.")
    if by.is_customer and now > state.cancellable_until:
        raise states.refuse(state.status, "The cancellation period is over; contact the shop.")
    return [orders.OrderCancelled(reason=reason.strip(), by=by.role)]


def cancel_lines(state: State, id_: str, lines: Sequence[orders.LineQuantity], reason: str) -> Events:
    """Cancel unshipped quantities; if nothing else is left, the whole order."""
    validation.text(reason, "reason", 500)
    if any(existing.id == id_ for existing in state.partial_cancellations):
        return []
    if state.status not in states.OPEN:
        raise states.refuse(state.status, "Its lines cannot be cancelled.")
    if not lines:
        raise validation.invalid("lines", "List the lines to cancel; to cancel everything, cancel the order.")
    _check_unshipped(state, lines, "to cancel")
    pieces = sum(line.quantity for line in lines)
    if pieces == state.totals.units - state.totals.cancelled:
        return [orders.OrderCancelled(reason=reason.strip(), by="staff")]
    amount = _money(state, amounts.to_cancel(state, lines))
    cancelled = orders.LinesCancelled(lines=list(lines), reason=reason.strip(), amount=amount, id=id_)
    return [cancelled, *_refund_of_the_rest(state, cancelled)]


def _refund_of_the_rest(state: State, cancelled: orders.LinesCancelled) -> Events:
    """If everything shipped was returned, cancelling the rest ends the order, and what is left of the money is refunded."""
    totals, pieces = state.totals, sum(line.quantity for line in cancelled.lines)
    if pieces != totals.unshipped or totals.shipped != totals.returned:
        return []
    amount = amounts.check_captured(state, amounts.all_but_withheld(state))
    reason = f"Cancelled: {cancelled.reason}"
    return [orders.RefundRequested(id=cancelled.id, amount=_money(state, amount), reason=reason)] if amount else []


def _money(state: State, amount: int) -> common.Money:
    return common.Money(amount=amount, currency=state.totals.currency)


def _check_unshipped(state: State, lines: Sequence[orders.LineQuantity], purpose: str) -> None:
    validation.quantities(lines, len(state.lines))
    for line in lines:
        remaining = state.unshipped(line.number)
        if line.quantity > remaining:
            raise validation.invalid(
                "lines.quantity", f"Line {line.number} has only {remaining} left {purpose}, not {line.quantity}."
            )


def ship(state: State, id_: str, lines: Sequence[orders.LineQuantity], tracking: str | None, now: int) -> Events:
    """Ship these lines, or everything left, and request the capture of their amount."""
    validation.text(tracking, "tracking", 100, min_length=0)
    if any(existing.id == id_ for existing in state.shipments):
        return []
    if state.status not in states.OPEN:
        raise states.refuse(state.status, "Nothing can be shipped.")
    if lines:
        _check_unshipped(state, lines, "to ship")
    shipped = list(lines) or [
        orders.LineQuantity(number=number, quantity=state.unshipped(number))
        for number in range(1, len(state.lines) + 1)
        if state.unshipped(number)
    ]
    shipment = orders.Shipment(id=id_, lines=shipped, tracking=tracking or None, shipped_at=now)
    return [orders.OrderShipped(shipment=shipment, due=_money(state, amounts.to_capture(state, shipped)))]


def return_lines(state: State, request: ReturnRequest, by: Actor, agreed: common.Money | None, days: int) -> Events:
    """Return shipped goods and request the refund: the agreed one, or their cost with their share of the charges."""
    validation.text(request.reason, "reason", 500)
    if any(existing.id == request.id for existing in state.returns):
        return []
    if state.status not in states.SENT:
        raise states.refuse(state.status, "Nothing can be returned.")
    _check_returnable(state, request.lines)
    if by.is_customer:
        _check_in_time(state, request, days)
    usual = amounts.to_refund(state, request.lines)
    amount = _agreed(state, agreed) if agreed else amounts.check_captured(state, usual)
    money = _money(state, amount)
    returned = orders.Return(
        id=request.id,
        lines=list(request.lines),
        reason=request.reason.strip(),
        restocked=request.restock,
        refund=money,
        returned_at=request.at,
        withheld=_money(state, max(0, usual - amount)),
    )
    refunds = [orders.RefundRequested(id=request.id, amount=money, reason=f"Returned: {returned.reason}")]
    return [orders.OrderReturned(returned=returned), *(refunds if amount else [])]


def _check_returnable(state: State, lines: Sequence[orders.LineQuantity]) -> None:
    if not lines:
        raise validation.invalid("lines", "List the lines to return.")
    validation.quantities(lines, len(state.lines))
    for line in lines:
        at_customer = state.shipped[line.number - 1] - state.returned[line.number - 1]
        if line.quantity > at_customer:
            raise validation.invalid(
                "lines.quantity", f"Only {at_customer} of line {line.number} can be returned, not {line.quantity}."
            )


def _check_in_time(state: State, request: ReturnRequest, days: int) -> None:
    """Check the return period, which starts when the last piece of a line ships."""
    numbers = {line.number for line in request.lines}
    for shipment in reversed(state.shipments):
        shipped = numbers & {number for number, _ in shipment.lines}
        if shipped and request.at > shipment.at + days * DAY_MS:
            raise states.refuse(state.status, f"The return period of {days} days is over; contact the shop.")
        numbers -= shipped


def _agreed(state: State, amount: common.Money, field: str = "agreed_refund") -> int:
    validation.same_currency(amount, state.totals.currency, field)
    maximum = format_amount(state.totals.refundable, state.totals.currency)
    if not 0 <= amount.amount <= state.totals.refundable:
        raise validation.invalid(field, f"{field} must be 0 to {maximum}, which was captured and not yet refunded.")
    return amount.amount


def refund(state: State, id_: str, amount: common.Money, reason: str) -> Events:
    """Refund an amount without a return."""
    validation.text(reason, "reason", 500)
    if any(existing.id == id_ for existing in state.refunds):
        return []
    if not state.totals.refundable:
        raise states.refuse(state.status, "Nothing can be refunded.")
    if amount.amount < 1:
        raise validation.invalid("amount", "The amount must be 1 minor unit or more.")
    _agreed(state, amount, "amount")
    return [orders.RefundRequested(id=id_, amount=amount, reason=reason.strip())]


def retry(state: State) -> Events:
    """Retry the failed steps."""
    steps = dict.fromkeys(failure.step for failure in state.failures)
    if not steps:
        raise states.refuse(state.status, "It has no failed steps to retry.")
    return [orders.RetryRequested(step=step) for step in steps]


def time_out(state: State) -> Events:
    """Reject an order that was not confirmed in time."""
    return [steps.rejected(state, "timed out")] if states.is_pending(state.status) else []
