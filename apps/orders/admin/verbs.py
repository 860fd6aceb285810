"""What staff can do about an order: each a page with a form, and the call that it becomes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from idl.orders import OrderStatus

from apps.orders.admin import forms
from idl import common, orders
from thriftshop import rpc

Lines = list[orders.LineQuantity]
REFUSALS = (common.InvalidInput, common.Forbidden, common.NotFound, orders.NotAllowedNow, rpc.RpcError)
OPEN = (OrderStatus.CONFIRMED, OrderStatus.PARTLY_SHIPPED)


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing to do: its words, whether it can be done, of which pieces, and its call."""

    name: str
    title: str
    button: str
    explanation: str
    done: str
    form: type[forms.KeyedForm]
    can: Callable[[orders.Order], bool]
    call: Callable[[orders.Order, Lines, dict[str, Any]], orders.Order]
    most: Callable[[orders.OrderLine], int] | None = None
    full: bool = False
    look: str = ""


def left(line: orders.OrderLine) -> int:
    """How many pieces of a line are still to be sent."""
    return line.quantity - line.shipped - line.cancelled


def out(line: orders.OrderLine) -> int:
    """How many pieces of a line are with the customer."""
    return line.shipped - line.returned


def _shop() -> orders.OrdersService:
    return rpc.connect(orders.OrdersService)


def _agreed(order: orders.Order, about: dict[str, Any]) -> common.Money | None:
    return None if about["agreed"] is None else forms.minor(about["agreed"], order.total.currency)


VERBS = {
    "ship": Verb(
        "ship",
        "Ship",
        "Send it off",
        "What you send leaves the shelf, and the money for it is taken.",
        "is on its way",
        forms.TrackingForm,
        lambda order: order.status in OPEN,
        lambda order, lines, about: _shop().ship(about["key"], order.id, lines, about["tracking"] or None),
        left,
        full=True,
    ),
    "cancel-lines": Verb(
        "cancel-lines",
        "Call lines off",
        "Call them off",
        "What you call off is free to be sold again, and no longer owed.",
        "is shortened",
        forms.ReasonForm,
        lambda order: order.status in OPEN,
        lambda order, lines, about: _shop().cancel_lines(about["key"], order.id, lines, about["reason"]),
        left,
    ),
    "return": Verb(
        "return",
        "Take goods back",
        "Take them back",
        "Their price is given back, or what you agreed.",
        "has goods back",
        forms.ReturnForm,
        lambda order: any(out(line) for line in order.lines),
        lambda order, lines, about: _shop().return_lines(
            about["key"], order.id, lines, about["reason"], about["restock"], _agreed(order, about)
        ),
        out,
    ),
    "refund": Verb(
        "refund",
        "Refund",
        "Give money back",
        "Gives money back without goods coming back.",
        "is being refunded",
        forms.RefundForm,
        lambda order: order.captured.amount > order.refunded.amount,
        lambda order, _, about: _shop().refund(
            about["key"], order.id, forms.minor(about["amount"], order.total.currency), about["reason"]
        ),
    ),
    "cancel": Verb(
        "cancel",
        "Cancel",
        "Cancel the order",
        "The goods are free to be sold again, and the promise of money is given back.",
        "is cancelled",
        forms.ReasonForm,
        lambda order: OrderStatus.CANCELLED in order.next_statuses,
        lambda order, _, about: _shop().cancel(order.id, about["reason"]),
        look="bad",
    ),
}


def problem_of(refusal: Exception) -> str:
    """What a refusal says to the person who filled in the form."""
    if isinstance(refusal, rpc.RpcError):
        return "The orders do not answer now. Nothing is lost: send the form again."
    return str(getattr(refusal, "message", refusal))
