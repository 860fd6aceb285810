"""The actions of staff on an order: each has a page with a form, and a call."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms as django_forms
from idl.orders import OrderStatus

from apps.orders.admin import forms
from apps.orders.domain import states
from apps.orders.domain.order import State
from idl import common, orders
from thriftshop import rpc

REFUSALS = (common.InvalidInput, common.Forbidden, common.NotFound, orders.NotAllowedNow, rpc.RpcError)


@dataclass(frozen=True, slots=True)
class Action:
    """An action: its texts, its form, whether it is possible, and its call (with an order's id and a form)."""

    name: str
    title: str
    button: str
    explanation: str
    done: str
    form: type[forms.ActionForm]
    is_possible: Callable[[State], bool]
    call: Callable[[str, Any], orders.Order]


def _service() -> orders.OrdersService:
    return rpc.connect(orders.OrdersService)


def _ship(order_id: str, form: forms.ShipForm) -> orders.Order:
    data = form.cleaned_data
    return _service().ship(data["key"], order_id, form.lines(), data["tracking"] or None)


def _cancel_lines(order_id: str, form: forms.CancelLinesForm) -> orders.Order:
    data = form.cleaned_data
    return _service().cancel_lines(data["key"], order_id, form.lines(), data["reason"])


def _return_lines(order_id: str, form: forms.ReturnForm) -> orders.Order:
    data = form.cleaned_data
    refund = data["agreed_refund"]
    agreed = None if refund is None else forms.minor(refund, form.state.totals.currency)
    return _service().return_lines(data["key"], order_id, form.lines(), data["reason"], data["restock"], agreed)


def _refund(order_id: str, form: forms.RefundForm) -> orders.Order:
    data = form.cleaned_data
    amount = forms.minor(data["amount"], form.state.totals.currency)
    return _service().refund(data["key"], order_id, amount, data["reason"])


def _cancel(order_id: str, form: forms.ReasonForm) -> orders.Order:
    return _service().cancel(order_id, form.cleaned_data["reason"])


def _can_ship(state: State) -> bool:
    return state.status in states.OPEN


def _can_return(state: State) -> bool:
    return state.status in states.SENT and state.totals.shipped > state.totals.returned


ACTIONS = {
    "ship": Action(
        "ship",
        "Ship",
        "Ship",
        "The goods are removed from stock, and the payment for them is captured.",
        "has been shipped",
        forms.ShipForm,
        _can_ship,
        _ship,
    ),
    "cancel-lines": Action(
        "cancel-lines",
        "Cancel lines",
        "Cancel lines",
        "The goods are released, and the customer's total is reduced.",
        "has fewer lines",
        forms.CancelLinesForm,
        _can_ship,
        _cancel_lines,
    ),
    "return": Action(
        "return",
        "Return goods",
        "Return",
        "Refunds what the goods cost with their share of the charges, or the amount that you agreed.",
        "has a return",
        forms.ReturnForm,
        _can_return,
        _return_lines,
    ),
    "refund": Action(
        "refund",
        "Refund",
        "Refund",
        "Refunds an amount without a return.",
        "is being refunded",
        forms.RefundForm,
        lambda state: state.totals.refundable > 0,
        _refund,
    ),
    "cancel": Action(
        "cancel",
        "Cancel",
        "Cancel the order",
        "The goods are released, and the authorisation is voided.",
        "is cancelled",
        forms.ReasonForm,
        lambda state: states.may_become(state.status, OrderStatus.CANCELLED),
        _cancel,
    ),
}


def problem_of(refusal: Exception) -> str:
    """The message of a refusal for the form."""
    if isinstance(refusal, rpc.RpcError):
        return "The orders service is not available. Nothing is lost: submit the form again."
    return str(getattr(refusal, "message", refusal))


def add_error(form: django_forms.Form, refusal: Exception) -> None:
    """Add a refusal to the field that it names, or to the form."""
    field = getattr(refusal, "field", None)
    form.add_error(field if field in form.fields else None, problem_of(refusal))
