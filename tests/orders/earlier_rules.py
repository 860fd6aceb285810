"""The rules of amounts before charges were allocated to lines, under which older orders were recorded.

A shipment captured the full price of its goods, the first one also all charges. A cancellation reduced the total by,
and a return refunded, the full price of the lines, up to the remaining or captured amount.
"""

from apps.orders.domain import changing
from idl import common, orders


def _value(state, lines):
    return sum(line.quantity * state.lines[line.number - 1].price for line in lines)


def _money(state, amount):
    return common.Money(amount=amount, currency=state.totals.currency)


def ship(state, part, lines, tracking, now):
    """A shipment that captures the amount of the earlier rule."""
    for event in changing.ship(state, part, lines, tracking, now):
        shipped = sum(quantity * line.price for quantity, line in zip(state.shipped, state.lines, strict=True))
        due = shipped + _value(state, event.shipment.lines) + state.totals.charges - state.totals.to_capture
        yield orders.OrderShipped(shipment=event.shipment, due=_money(state, max(0, due)))


def cancel_lines(state, part, lines, reason):
    """A cancellation that reduces the total by the amount of the earlier rule."""
    (event, *_) = changing.cancel_lines(state, part, lines, reason)
    if isinstance(event, orders.LinesCancelled):
        amount = min(_value(state, lines), state.totals.net_total - state.totals.to_capture)
        event.amount = _money(state, amount)
    return [event]


def return_lines(state, request, by, agreed, days):
    """A return that refunds the amount of the earlier rule, without `withheld`."""
    default = min(_value(state, request.lines), state.totals.refundable)
    amount = _money(state, default) if agreed is None else agreed
    for event in changing.return_lines(state, request, by, amount, days):
        if isinstance(event, orders.OrderReturned):
            event.returned.withheld = None
        yield event
