"""The rules of money before charges were allocated to lines: what orders in the log were written under.

A shipment captured its goods at their full price with all charges on the first; a cancellation freed, and a return
refunded, the full price of the lines, as far as it was owed or captured.
"""

from apps.orders.domain import changing
from idl import common, orders


def _value(state, lines):
    return sum(line.quantity * state.lines[line.number - 1].price for line in lines)


def _money(state, amount):
    return common.Money(amount=amount, currency=state.totals.currency)


def ship(state, part, lines, tracking, now):
    """Ships; the event asks for what the earlier rule asked for."""
    for event in changing.ship(state, part, lines, tracking, now):
        gone = sum(sent * line.price for sent, line in zip(state.shipped, state.lines, strict=True))
        due = gone + _value(state, event.shipment.lines) + state.totals.charges - state.totals.to_capture
        yield orders.OrderShipped(shipment=event.shipment, due=_money(state, max(0, due)))


def cancel_lines(state, part, lines, reason):
    """Cancels; the event frees what the earlier rule freed."""
    (event, *_) = changing.cancel_lines(state, part, lines, reason)
    if isinstance(event, orders.LinesCancelled):
        freed = min(_value(state, lines), state.totals.net_total - state.totals.to_capture)
        event.amount = _money(state, freed)
    return [event]


def return_lines(state, request, by, agreed, days):
    """A return whose events refund what the earlier rule refunded, without `withheld`."""
    default = min(_value(state, request.lines), state.totals.refundable)
    amount = _money(state, default) if agreed is None else agreed
    for event in changing.return_lines(state, request, by, amount, days):
        if isinstance(event, orders.OrderReturned):
            event.returned.withheld = None
        yield event
