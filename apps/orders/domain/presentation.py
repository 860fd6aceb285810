"""An order as a struct of the contract, and its timeline in sentences."""

from typing import Any

from idl.orders import OrderStatus

from apps.orders.domain import amounts, states, steps
from apps.orders.domain.order import State
from idl import common, orders
from thriftshop.money import format_amount

# Events that only staff see in the timeline.
INTERNAL_EVENTS = frozenset({"StepFailed", "RetryRequested", "StepDone"})


def to_struct(
    order_id: str, state: State, version: int, updated_at: int, personal: orders.Personal, now: int, max_lines: int
) -> orders.Order:
    """The order as a struct, with its first `max_lines` lines; `now` decides whether the customer may still cancel it."""
    totals = state.totals
    is_unshipped = state.status in (OrderStatus.PENDING, OrderStatus.CONFIRMED)

    def money(amount: int) -> common.Money:
        return common.Money(amount=amount, currency=totals.currency)

    return orders.Order(
        id=order_id,
        number=state.number,
        customer_id=state.customer_id,
        email=personal.email,
        status=totals.status,
        payment_status=totals.payment_status,
        lines=lines(state, 0, max_lines),
        charges=[
            orders.Charge(kind=charge.kind, description=charge.description, amount=money(charge.amount))
            for charge in state.charges
        ],
        total=money(totals.total),
        captured=money(totals.captured),
        refunded=money(totals.refunded),
        shipping_address=personal.shipping_address,
        provider=state.provider,
        placed_at=state.placed_at,
        updated_at=updated_at,
        next_statuses=list(states.NEXT[totals.status]),
        cancellable=is_unshipped and now <= state.cancellable_until,
        cancellable_until=state.cancellable_until,
        reason=state.reason,
        shipments=[_shipment(shipment) for shipment in state.shipments],
        returns=[_return(return_, totals.currency) for return_ in state.returns],
        version=version,
        line_count=len(state.lines),
    )


def lines(state: State, after: int, count: int) -> list[orders.OrderLine]:
    """Up to `count` lines after a line number, with their shares of the charges and their refundable amounts."""
    structs, currency = steps.line_structs(state, after, after + count), state.totals.currency
    for line in structs:
        line.discounted_total = common.Money(amount=state.shares.lines[line.number - 1], currency=currency)
        line.refundable = common.Money(amount=amounts.refundable(state, line.number), currency=currency)
    return structs


def _quantities(pairs: tuple[tuple[int, int], ...]) -> list[orders.LineQuantity]:
    return [orders.LineQuantity(number=number, quantity=quantity) for number, quantity in pairs]


def _shipment(shipment: Any) -> orders.Shipment:
    return orders.Shipment(
        id=shipment.id, lines=_quantities(shipment.lines), tracking=shipment.tracking, shipped_at=shipment.at
    )


def _return(returned: Any, currency: str) -> orders.Return:
    return orders.Return(
        id=returned.id,
        lines=_quantities(returned.lines),
        reason=returned.reason,
        restocked=returned.restocked,
        refund=common.Money(amount=returned.refund, currency=currency),
        returned_at=returned.at,
        withheld=common.Money(amount=returned.withheld, currency=currency),
    )


def sentence(event: Any) -> str:
    """Describe an event for people. Raises LookupError for an unknown one."""
    if type(event) not in _SENTENCES:
        raise LookupError(f"{type(event).__name__} is not a known event of an order.")
    text: str = _SENTENCES[type(event)](event)
    return text


def _pieces(lines: list[orders.LineQuantity]) -> str:
    count = sum(line.quantity for line in lines)
    return "1 piece" if count == 1 else f"{count:,} pieces"


def _money(money: common.Money) -> str:
    return format_amount(money.amount, money.currency)


def _placed(event: orders.OrderPlaced) -> str:
    lines = "1 line" if len(event.lines) == 1 else f"{len(event.lines):,} lines"
    return f"Order {event.number} was placed: {lines} for {_money(event.total)}, paid by {event.provider}."


def _shipped(event: orders.OrderShipped) -> str:
    tracking = f" (tracking {event.shipment.tracking})" if event.shipment.tracking else ""
    return f"Shipped: {_pieces(event.shipment.lines)}{tracking}."


def _returned(event: orders.OrderReturned) -> str:
    returned = event.returned
    stock = "restocked" if returned.restocked else "to be inspected before restocking"
    return f"Returned: {_pieces(returned.lines)} ({returned.reason}), {stock}."


def _failed(event: orders.StepFailed) -> str:
    consequence = "waits for staff" if event.retry_at is None else "will be retried"
    return f"The step “{event.step}” failed (attempt {event.attempt}) and {consequence}: {event.problem}"


_ACTORS = {"customer": "by the customer", "staff": "by the shop", "system": "by the shop's systems"}

_DONE = {
    "release": "The reserved goods were released.",
    "release_lines": "The cancelled goods were released.",
    "restock": "The returned goods were restocked.",
    "void": "There was no authorisation to void.",
}

_SENTENCES: dict[type, Any] = {
    orders.OrderPlaced: _placed,
    orders.OrderStockReserved: lambda _: "The goods were reserved.",
    orders.PaymentAuthorised: lambda event: f"The payment of {_money(event.amount)} was authorised.",
    orders.PaymentDeclined: lambda event: f"The payment was declined: {event.reason}",
    orders.OrderConfirmed: lambda _: "The order was confirmed.",
    orders.OrderRejected: lambda event: f"The order could not be confirmed: {event.reason}.",
    orders.OrderCancelled: lambda event: f"The order was cancelled {_ACTORS.get(event.by, event.by)}: {event.reason}",
    orders.LinesCancelled: lambda event: (
        f"Cancelled: {_pieces(event.lines)} ({event.reason}). The total is reduced by {_money(event.amount)}."
    ),
    orders.PaymentVoided: lambda _: "The remaining authorisation was voided.",
    orders.OrderShipped: _shipped,
    orders.PaymentCaptured: lambda event: f"{_money(event.amount)} was captured for the shipment.",
    orders.OrderReturned: _returned,
    orders.RefundRequested: lambda event: f"A refund of {_money(event.amount)} was requested: {event.reason}",
    orders.PaymentRefunded: lambda event: f"{_money(event.amount)} was refunded.",
    orders.StepFailed: _failed,
    orders.RetryRequested: lambda event: f"Staff requested a retry of the step “{event.step}”.",
    orders.OrderClaimed: lambda _: "The order now belongs to the account with its e-mail address.",
    orders.StepDone: lambda event: _DONE.get(event.step, f"The step “{event.step}” was completed."),
}
