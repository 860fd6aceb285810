"""The pages of one order: all that is known of it, and a form for each thing that can be done about it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from apps.orders.admin import forms, verbs, wording
from apps.orders.models import Order
from idl import common, orders
from thriftshop import rpc

Admin = admin.ModelAdmin[Order]
BAD_KINDS = frozenset({"OrderRejected", "PaymentDeclined", "StepFailed", "OrderCancelled"})


def views(model_admin: Admin) -> dict[str, Callable[..., HttpResponse]]:
    """The pages of the verbs, and the button that tries again, by name."""
    made: dict[str, Callable[..., HttpResponse]] = {
        name: partial(act, model_admin, verb=verb) for name, verb in verbs.VERBS.items()
    }
    return made | {"retry": partial(retry, model_admin)}


def _order(object_id: str) -> orders.Order:
    found = rpc.connect(orders.OrdersService).get_orders([unquote(object_id)])
    if not found:
        raise Http404("There is no such order.")
    return found[0]


def _page_of(order_id: str) -> str:
    return reverse("admin:orders_order_change", args=[quote(order_id)])


def show(model_admin: Admin, request: HttpRequest, object_id: str) -> HttpResponse:
    """All that is known of an order."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    order = _order(object_id)
    row = Order.objects.filter(pk=order.id).first()
    return _respond(
        model_admin,
        request,
        "page",
        order,
        can_change=model_admin.has_change_permission(request),
        verbs=[verb for verb in verbs.VERBS.values() if verb.can(order)],
        failures=row.standing_failures() if row else (),
        lines=[
            (line, wording.money(line.unit_price), _money(order, line.quantity * line.unit_price.amount))
            for line in order.lines
        ],
        charges=[(one.description, wording.money(one.amount)) for one in order.charges],
        shipments=[(one, wording.moment(one.shipped_at), _parts(order, one.lines)) for one in order.shipments],
        returns=[
            (one, wording.moment(one.returned_at), _parts(order, one.lines), wording.money(one.refund))
            for one in order.returns
        ],
        timeline=[
            (entry, wording.moment(entry.occurred_at), "bad" if entry.kind in BAD_KINDS else "")
            for entry in reversed(rpc.connect(orders.OrdersService).get_timeline(order.id))
        ],
    )


def _money(order: orders.Order, amount: int) -> str:
    return wording.money(common.Money(amount=amount, currency=order.total.currency))


def _parts(order: orders.Order, lines: list[orders.LineQuantity]) -> list[str]:
    return [f"{part.quantity} x {order.lines[part.number - 1].name}" for part in lines]


def act(model_admin: Admin, request: HttpRequest, object_id: str, *, verb: verbs.Verb) -> HttpResponse:
    """The form of a verb, and what becomes of it when it is sent."""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    order = _order(object_id)
    if not verb.can(order):
        messages.warning(request, f"{verb.title}: that cannot be done about order {order.number} now.")
        return HttpResponseRedirect(_page_of(order.id))
    data = request.POST if request.method == "POST" else None
    form = verb.form(data)
    pieces = _pieces(order, verb, data)
    if data is not None and form.is_valid() and _carry_out(request, order, verb, form, pieces):
        return HttpResponseRedirect(_page_of(order.id))
    return _respond(model_admin, request, "act", order, verb=verb, form=form, pieces=pieces and pieces.rows())


def _pieces(order: orders.Order, verb: verbs.Verb, data: Any) -> forms.Quantities | None:
    if verb.most is None:
        return None
    return forms.Quantities(order, {line.number: verb.most(line) for line in order.lines}, data, full=verb.full)


def _carry_out(
    request: HttpRequest,
    order: orders.Order,
    verb: verbs.Verb,
    form: forms.KeyedForm,
    pieces: forms.Quantities | None,
) -> bool:
    """Calls the contract; False where that was refused, with the reason on the form."""
    lines = pieces.lines() if pieces else []
    if pieces and not lines:
        form.add_error(None, "Correct the quantities." if pieces.problems else "Type a quantity for at least one line.")
        return False
    try:
        verb.call(order, lines or [], form.cleaned_data)
    except verbs.REFUSALS as refusal:
        form.add_error(None, verbs.problem_of(refusal))
        return False
    messages.success(request, f"Done: order {order.number} {verb.done}.")
    return True


def retry(model_admin: Admin, request: HttpRequest, object_id: str) -> HttpResponse:
    """The button that tries a failed step again."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    order = _order(object_id)
    try:
        rpc.connect(orders.OrdersService).retry_step(order.id)
    except verbs.REFUSALS as refusal:
        messages.error(request, verbs.problem_of(refusal))
    else:
        messages.success(request, f"Order {order.number} is being tried again.")
    return HttpResponseRedirect(_page_of(order.id))


def _respond(
    model_admin: Admin, request: HttpRequest, template: str, order: orders.Order, **context: Any
) -> HttpResponse:
    shared = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": f"Order {order.number}",
        "order": order,
        "original": order.number,
        "status": wording.status(order.status),
        "payment_status": wording.payment_status(order.payment_status),
        "total": wording.money(order.total),
        "captured": wording.money(order.captured),
        "refunded": wording.money(order.refunded),
        "placed": wording.moment(order.placed_at),
        "address": wording.address(order.shipping_address),
    }
    return TemplateResponse(request, f"admin/orders/order/{template}.html", shared | context)
