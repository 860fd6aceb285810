"""The money that follows goods: what a shipment captures, a cancellation frees and a return refunds.

Pieces of a line are shipped and returned from its first on and cancelled from its last on, each at its part of the
line's share (see `allocation`), so that the parts add up to the total in any order. The last shipment, cancellation or
return takes what is left, which settles orders that were begun under earlier rules too.
"""

from collections.abc import Iterable, Sequence

from apps.orders.domain import allocation, states
from apps.orders.domain.order import State
from idl import orders

Lines = Sequence[orders.LineQuantity]
CAPTURING = "The money for it is still being taken; try again in a minute."


def _pieces(state: State, number: int, start: int, count: int) -> int:
    return allocation.of_pieces(state.shares.lines[number - 1], state.lines[number - 1].quantity, start, count)


def _count(lines: Iterable[orders.LineQuantity]) -> int:
    return sum(line.quantity for line in lines)


def to_capture(state: State, lines: Lines) -> int:
    """What is captured for these pieces; the delivery is captured with the first of them."""
    money = state.figures
    left = money.owed - money.due
    if _count(lines) == money.left:
        return left
    shipped = sum(_pieces(state, number, 0, sent) for number, sent in enumerate(state.shipped, start=1) if sent)
    these = sum(_pieces(state, line.number, state.shipped[line.number - 1], line.quantity) for line in lines)
    return min(left, max(0, shipped + these + state.shares.delivery - money.due))


def no_longer_owed(state: State, lines: Lines) -> int:
    """What is no longer owed when these pieces are cancelled."""
    money = state.figures
    left = money.owed - money.due
    return left if _count(lines) == money.left else min(left, sum(_cancelled(state, line) for line in lines))


def _cancelled(state: State, line: orders.LineQuantity) -> int:
    kept = state.lines[line.number - 1].quantity - state.cancelled[line.number - 1] - line.quantity
    return _pieces(state, line.number, kept, line.quantity)


def to_refund(state: State, lines: Lines) -> int:
    """What is refunded for these pieces, once all that is due is captured; the delivery with the last of the order."""
    if state.figures.left == 0 and _count(lines) == state.figures.shipped - state.figures.returned:
        return all_but_withheld(state)
    these = sum(_pieces(state, line.number, state.returned[line.number - 1], line.quantity) for line in lines)
    return min(these, state.figures.due - state.figures.requested)


def refundable(state: State, number: int) -> int:
    """The refund if all pieces of a line at the customer are returned now."""
    out = state.shipped[number - 1] - state.returned[number - 1]
    return to_refund(state, [orders.LineQuantity(number=number, quantity=out)]) if out else 0


def all_but_withheld(state: State) -> int:
    """The refund when the whole order is returned: everything except what staff withheld."""
    withheld = sum(one.withheld for one in state.returns)
    return max(0, state.figures.due - state.figures.requested - withheld)


def captured_so_far(state: State, amount: int) -> int:
    """The amount, if that much is captured and not refunded. Raises NotAllowedNow while a shipment is being captured."""
    if amount > state.figures.refundable:
        raise states.refuse(state.status, CAPTURING)
    return amount
