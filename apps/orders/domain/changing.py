"""Commands on a placed order: cancel, ship, return, refund and retry."""

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from idl.orders import OrderStatus

from apps.orders.domain import amounts, asking, course, states, steps
from apps.orders.domain.order import State
from apps.orders.domain.placing import shown
from idl import common, orders

Events = list[Any]
DAY_MS = 86_400_000


class Actor(NamedTuple):
    """The role of the viewer: `customer`, `staff` or `system`."""

    role: str

    @property
    def is_customer(self) -> bool:
        """Whether the limits for customers apply."""
        return self.role == "customer"


class Coming(NamedTuple):
    """Returned goods: the lines, the reason, the time, and whether they are restocked."""

    id: str
    lines: Sequence[orders.LineQuantity]
    reason: str
    restock: bool
    at: int


def part_id(order: str, verb: str, key: str) -> str:
    """The id of a part of an order (a shipment, a return), derived from the command and its key."""
    return hashlib.sha256(f"{order}\n{verb}\n{key}".encode()).hexdigest()[:16]


def cancel(state: State, reason: str, by: Actor, now: int) -> Events:
    """Cancels the whole order; does nothing if it is cancelled already."""
    asking.text(reason, "reason", 500)
    if state.status == OrderStatus.CANCELLED:
        return []
    if not states.may_become(state.status, OrderStatus.CANCELLED):
        raise states.refuse(state.status, "It can no longer be cancelled.")
    if by.is_customer and now > state.cancellable_until:
        raise states.refuse(state.status, "The cancellation period is over; contact the shop.")
    return [orders.OrderCancelled(reason=reason.strip(), by=by.role)]


def cancel_lines(state: State, part: str, lines: Sequence[orders.LineQuantity], reason: str) -> Events:
    """Cancels unshipped quantities; if nothing else is left, the whole order."""
    asking.text(reason, "reason", 500)
    if any(done.id == part for done in state.parts):
        return []
    if state.status not in states.OPEN:
        raise states.refuse(state.status, "Its lines cannot be cancelled.")
    if not lines:
        raise asking.wrong("lines", "List the lines to cancel; to cancel everything, cancel the order.")
    _check_left(state, lines, "to cancel")
    pieces = sum(line.quantity for line in lines)
    if pieces == state.figures.units - state.figures.cancelled:
        return [orders.OrderCancelled(reason=reason.strip(), by="staff")]
    amount = _money(state, amounts.no_longer_owed(state, lines))
    cancelled = orders.LinesCancelled(lines=list(lines), reason=reason.strip(), amount=amount, id=part)
    return [cancelled, *_refund_of_the_rest(state, cancelled)]


def _refund_of_the_rest(state: State, cancelled: orders.LinesCancelled) -> Events:
    """If everything shipped was returned, cancelling the rest ends the order, and what is left of the money is refunded."""
    money, pieces = state.figures, sum(line.quantity for line in cancelled.lines)
    if pieces != money.left or money.shipped != money.returned:
        return []
    amount = amounts.captured_so_far(state, amounts.all_but_withheld(state))
    reason = f"Cancelled: {cancelled.reason}"
    return [orders.RefundRequested(id=cancelled.id, amount=_money(state, amount), reason=reason)] if amount else []


def _money(state: State, amount: int) -> common.Money:
    return common.Money(amount=amount, currency=state.figures.currency)


def _check_left(state: State, lines: Sequence[orders.LineQuantity], what: str) -> None:
    asking.quantities(lines, len(state.lines))
    for line in lines:
        left = state.left(line.number)
        if line.quantity > left:
            raise asking.wrong(
                "lines.quantity", f"Line {line.number} has only {left} left {what}, not {line.quantity}."
            )


def ship(state: State, part: str, lines: Sequence[orders.LineQuantity], tracking: str | None, now: int) -> Events:
    """Ships these lines, or everything left, and requests the capture of their amount."""
    asking.text(tracking, "tracking", 100, shortest=0)
    if any(done.id == part for done in state.shipments):
        return []
    if state.status not in states.OPEN:
        raise states.refuse(state.status, "Nothing can be shipped.")
    if lines:
        _check_left(state, lines, "to ship")
    sent = list(lines) or [
        orders.LineQuantity(number=number, quantity=state.left(number))
        for number in range(1, len(state.lines) + 1)
        if state.left(number)
    ]
    shipment = orders.Shipment(id=part, lines=sent, tracking=tracking or None, shipped_at=now)
    return [orders.OrderShipped(shipment=shipment, due=_money(state, amounts.to_capture(state, sent)))]


def return_lines(state: State, coming: Coming, by: Actor, agreed: common.Money | None, days: int) -> Events:
    """Returns shipped goods and requests the agreed refund, or else their cost with their share of the charges."""
    asking.text(coming.reason, "reason", 500)
    if any(done.id == coming.id for done in state.returns):
        return []
    if state.status not in states.SENT:
        raise states.refuse(state.status, "Nothing can be returned.")
    _check_returnable(state, coming.lines)
    if by.is_customer:
        _check_in_time(state, coming, days)
    usual = amounts.to_refund(state, coming.lines)
    amount = _agreed(state, agreed) if agreed else amounts.captured_so_far(state, usual)
    money = _money(state, amount)
    returned = orders.Return(
        id=coming.id,
        lines=list(coming.lines),
        reason=coming.reason.strip(),
        restocked=coming.restock,
        refund=money,
        returned_at=coming.at,
        withheld=_money(state, max(0, usual - amount)),
    )
    asked = [orders.RefundRequested(id=coming.id, amount=money, reason=f"Returned: {returned.reason}")]
    return [orders.OrderReturned(returned=returned), *(asked if amount else [])]


def _check_returnable(state: State, lines: Sequence[orders.LineQuantity]) -> None:
    if not lines:
        raise asking.wrong("lines", "List the lines to return.")
    asking.quantities(lines, len(state.lines))
    for line in lines:
        out = state.shipped[line.number - 1] - state.returned[line.number - 1]
        if line.quantity > out:
            raise asking.wrong(
                "lines.quantity", f"Only {out} of line {line.number} can be returned, not {line.quantity}."
            )


def _check_in_time(state: State, coming: Coming, days: int) -> None:
    """Checks the return period, which starts when the last piece of a line ships."""
    numbers = {line.number for line in coming.lines}
    for shipment in reversed(state.shipments):
        here = numbers & {number for number, _ in shipment.lines}
        if here and coming.at > shipment.at + days * DAY_MS:
            raise states.refuse(state.status, f"The return period of {days} days is over; contact the shop.")
        numbers -= here


def _agreed(state: State, amount: common.Money, field: str = "agreed_refund") -> int:
    asking.same_currency(amount, state.figures.currency, field)
    most = shown(state.figures.refundable, state.figures.currency)
    if not 0 <= amount.amount <= state.figures.refundable:
        raise asking.wrong(field, f"{field} must be 0 to {most}, which was captured and not yet refunded.")
    return amount.amount


def refund(state: State, part: str, amount: common.Money, reason: str) -> Events:
    """Refunds money without a return."""
    asking.text(reason, "reason", 500)
    if any(done.id == part for done in state.refunds):
        return []
    if not state.figures.refundable:
        raise states.refuse(state.status, "Nothing can be refunded.")
    if amount.amount < 1:
        raise asking.wrong("amount", "The amount must be 1 minor unit or more.")
    _agreed(state, amount, "amount")
    return [orders.RefundRequested(id=part, amount=amount, reason=reason.strip())]


def try_again(state: State) -> Events:
    """Retries the failed steps."""
    steps = dict.fromkeys(failure.step for failure in state.failures)
    if not steps:
        raise states.refuse(state.status, "It has no failed steps to retry.")
    return [orders.RetryRequested(step=step) for step in steps]


def time_out(state: State) -> Events:
    """Rejects an order that was not confirmed in time."""
    return [steps.rejected(state, "timed out")] if course.is_open(state.status) else []
