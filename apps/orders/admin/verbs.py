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
class Verb:
    """An action: its texts, its form, whether it is possible, and its call (with an order's id and a form)."""

    name: str
    title: str
    button: str
    explanation: str
    done: str
    form: type[forms.VerbForm]
    can: Callable[[State], bool]
    call: Callable[[str, Any], orders.Order]


def _shop() -> orders.OrdersService:
    return rpc.connect(orders.OrdersService)


def _ship(order_id: str, form: forms.ShipForm) -> orders.Order:
    about = form.cleaned_data
    return _shop().ship(about["key"], order_id, form.lines(), about["tracking"] or None)


def _cancel_lines(order_id: str, form: forms.CancelLinesForm) -> orders.Order:
    about = form.cleaned_data
    return _shop().cancel_lines(about["key"], order_id, form.lines(), about["reason"])


def _return_lines(order_id: str, form: forms.ReturnForm) -> orders.Order:
    about, typed = form.cleaned_data, form.cleaned_data["agreed_refund"]
    agreed = None if typed is None else forms.minor(typed, form.state.figures.currency)
    return _shop().return_lines(about["key"], order_id, form.lines(), about["reason"], about["restock"], agreed)


def _refund(order_id: str, form: forms.RefundForm) -> orders.Order:
    about = form.cleaned_data
    amount = forms.minor(about["amount"], form.state.figures.currency)
    return _shop().refund(about["key"], order_id, amount, about["reason"])


def _cancel(order_id: str, form: forms.ReasonForm) -> orders.Order:
    return _shop().cancel(order_id, form.cleaned_data["reason"])


def _can_ship(state: State) -> bool:
    return state.status in states.OPEN


def _can_return(state: State) -> bool:
    return state.status in states.SENT and state.figures.shipped > state.figures.returned


VERBS = {
    "ship": Verb(
        "ship",
        "Ship",
        "Ship",
        "The goods are removed from stock, and the payment for them is captured.",
        "has been shipped",
        forms.ShipForm,
        _can_ship,
        _ship,
    ),
    "cancel-lines": Verb(
        "cancel-lines",
        "Cancel lines",
        "Cancel lines",
        "The goods are released, and the customer's total is reduced.",
        "has fewer lines",
        forms.CancelLinesForm,
        _can_ship,
        _cancel_lines,
    ),
    "return": Verb(
        "return",
        "Return goods",
        "Return",
        "Refunds what the goods cost with their share of the charges, or the amount that you agreed.",
        "has a return",
        forms.ReturnForm,
        _can_return,
        _return_lines,
    ),
    "refund": Verb(
        "refund",
        "Refund",
        "Refund",
        "Refunds money without a return.",
        "is being refunded",
        forms.RefundForm,
        lambda state: state.figures.refundable > 0,
        _refund,
    ),
    "cancel": Verb(
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


def put_on(form: django_forms.Form, refusal: Exception) -> None:
    """Adds a refusal to the field that it names, or to the form."""
    named = getattr(refusal, "field", None)
    form.add_error(named if named in form.fields else None, problem_of(refusal))
