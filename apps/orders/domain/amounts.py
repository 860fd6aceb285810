"""Amounts of changes: what a shipment captures, by how much a cancellation reduces the total, what a return refunds.

Pieces of a line are shipped and returned from the first on and cancelled from the last on, each at its part of the
line's share (see `allocation`), so that the amounts add up to the total in any order. The last shipment, cancellation or
return has the rest of the amount, so that orders that began under earlier rules add up, too.
"""

from collections.abc import Iterable, Sequence

from apps.orders.domain import allocation, states
from apps.orders.domain.order import State
from idl import orders

Lines = Sequence[orders.LineQuantity]
STILL_CAPTURING = "The payment for it is still being captured; try again in a minute."


def _pieces(state: State, number: int, start: int, count: int) -> int:
    return allocation.of_pieces(state.shares.lines[number - 1], state.lines[number - 1].quantity, start, count)


def _count(lines: Iterable[orders.LineQuantity]) -> int:
    return sum(line.quantity for line in lines)


def to_capture(state: State, lines: Lines) -> int:
    """What is captured for these pieces; the delivery is captured with the first of them."""
    totals = state.totals
    rest = totals.net_total - totals.to_capture
    if _count(lines) == totals.unshipped:
        return rest
    shipped = sum(
        _pieces(state, number, 0, quantity) for number, quantity in enumerate(state.shipped, start=1) if quantity
    )
    these = sum(_pieces(state, line.number, state.shipped[line.number - 1], line.quantity) for line in lines)
    return min(rest, max(0, shipped + these + state.shares.delivery - totals.to_capture))


def to_cancel(state: State, lines: Lines) -> int:
    """The amount by which the total is reduced when these pieces are cancelled."""
    totals = state.totals
    rest = totals.net_total - totals.to_capture
    return rest if _count(lines) == totals.unshipped else min(rest, sum(_cancelled(state, line) for line in lines))


def _cancelled(state: State, line: orders.LineQuantity) -> int:
    remaining = state.lines[line.number - 1].quantity - state.cancelled[line.number - 1] - line.quantity
    return _pieces(state, line.number, remaining, line.quantity)


def to_refund(state: State, lines: Lines) -> int:
    """What is refunded for these pieces, once the shipments are captured; the delivery with the last of the order."""
    if state.totals.unshipped == 0 and _count(lines) == state.totals.shipped - state.totals.returned:
        return all_but_withheld(state)
    these = sum(_pieces(state, line.number, state.returned[line.number - 1], line.quantity) for line in lines)
    return min(these, state.totals.to_capture - state.totals.requested)


def refundable(state: State, number: int) -> int:
    """The refund if all pieces of a line at the customer are returned now."""
    at_customer = state.shipped[number - 1] - state.returned[number - 1]
    return to_refund(state, [orders.LineQuantity(number=number, quantity=at_customer)]) if at_customer else 0


def all_but_withheld(state: State) -> int:
    """The refund when the whole order is returned: everything except what staff withheld."""
    withheld = sum(return_.withheld for return_ in state.returns)
    return max(0, state.totals.to_capture - state.totals.requested - withheld)


def check_captured(state: State, amount: int) -> int:
    """The amount, if it can be refunded. Raises NotAllowedNow while a shipment is still being captured."""
    if amount > state.totals.refundable:
        raise states.refuse(state.status, STILL_CAPTURING)
    return amount
