"""The pages of one order: its details, and a form for each action."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse

from apps.orders.admin import forms, telling, verbs, wording
from apps.orders.domain.order import State
from apps.orders.models import Order
from apps.orders.service import streams
from idl import orders
from thriftshop import rpc

Admin = admin.ModelAdmin[Order]


class Found(NamedTuple):
    """An order as a struct for staff, and its state, both folded from its events."""

    order: orders.Order
    state: State


def views(model_admin: Admin) -> dict[str, Callable[..., HttpResponse]]:
    """The views of the actions and of the retry button, by name."""
    made: dict[str, Callable[..., HttpResponse]] = {
        name: partial(act, model_admin, verb=verb) for name, verb in verbs.VERBS.items()
    }
    return made | {"retry": partial(retry, model_admin)}


def _find(object_id: str) -> Found:
    order_id = unquote(object_id)
    found = rpc.connect(orders.OrdersService).get_orders([order_id])
    if not found:
        raise Http404("There is no such order.")
    state, _ = streams.ORDERS.load(order_id)
    return Found(found[0], state)


def _page_of(order: orders.Order) -> HttpResponse:
    return HttpResponseRedirect(wording.page("orders_order_change", order.id))


def show(model_admin: Admin, request: HttpRequest, object_id: str) -> HttpResponse:
    """An order's page."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    order, state = _find(object_id)
    can_change = model_admin.has_change_permission(request)
    offered = [verb for verb in verbs.VERBS.values() if can_change and verb.can(state)]
    told = telling.told(order, state, request.GET.get("lines", "")) | {
        "timeline": telling.timeline(order, str(request.user.pk))
    }
    return _respond(model_admin, request, "page", order, verbs=offered, can_change=can_change, **told)


def act(model_admin: Admin, request: HttpRequest, object_id: str, *, verb: verbs.Verb) -> HttpResponse:
    """The form of an action, and its submission."""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    order, state = _find(object_id)
    sent = request.method == "POST"
    if not sent and not verb.can(state):
        messages.warning(request, f"{verb.title}: this is not possible for order {order.number} now.")
        return _page_of(order)
    form = verb.form(request.POST if sent else None, state)
    if form.is_valid() and _carry_out(model_admin, request, order, verb, form):
        return _page_of(order)
    return _respond(model_admin, request, "act", order, verb=verb, form=form, most_lines=forms.MOST_LINES)


def _carry_out(
    model_admin: Admin, request: HttpRequest, order: orders.Order, verb: verbs.Verb, form: forms.VerbForm
) -> bool:
    """Calls the contract; False if it refused, with the reason on the form."""
    try:
        changed = verb.call(order.id, form)
    except verbs.REFUSALS as refusal:
        verbs.put_on(form, refusal)
        return False
    if changed.version == order.version:
        messages.info(request, f"Order {order.number}: this form was already submitted; nothing was done twice.")
    else:
        _tell(model_admin, request, order, f"order {order.number} {verb.done}", verb.title)
    return True


def _tell(model_admin: Admin, request: HttpRequest, order: orders.Order, done: str, title: str) -> None:
    """Shows what was done, and logs it as an action of this member of staff."""
    messages.success(request, f"Done: {done}.")
    model_admin.log_change(request, Order(pk=order.id, number=order.number), f"{title}.")


def retry(model_admin: Admin, request: HttpRequest, object_id: str) -> HttpResponse:
    """The button that retries a failed step; a second press has no effect, because the order's version has changed."""
    if request.method != "POST":
        return HttpResponseNotAllowed(
            ["POST"],
            "Use the button on the order's page to retry a step.",
            content_type="text/plain; charset=utf-8",
        )
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    order = _find(object_id).order
    if request.POST.get("seen") != str(order.version):
        messages.info(
            request, f"Order {order.number} has changed meanwhile; nothing was done. Check its current status."
        )
        return _page_of(order)
    try:
        rpc.connect(orders.OrdersService).retry_step(order.id)
    except verbs.REFUSALS as refusal:
        messages.error(request, verbs.problem_of(refusal))
    else:
        _tell(model_admin, request, order, f"order {order.number} is being retried", "Retry")
    return _page_of(order)


def _respond(
    model_admin: Admin, request: HttpRequest, template: str, order: orders.Order, **context: Any
) -> HttpResponse:
    shared = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": f"Order {order.number}",
        "order": order,
        "original": order.number,
    }
    return TemplateResponse(request, f"admin/orders/order/{template}.html", shared | context)
