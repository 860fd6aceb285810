"""The pages of one order: its details, and a form for each action."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse

from apps.orders.admin import actions, details, forms, labels
from apps.orders.domain.order import State
from apps.orders.models import Order
from apps.orders.service import streams
from idl import orders
from thriftshop import rpc

Admin = admin.ModelAdmin[Order]


class LoadedOrder(NamedTuple):
    """An order as a struct for staff, and its state, both folded from its events."""

    order: orders.Order
    state: State


def views(model_admin: Admin) -> dict[str, Callable[..., HttpResponse]]:
    """The views of the actions and of the retry button, by name."""
    action_views: dict[str, Callable[..., HttpResponse]] = {
        name: partial(act, model_admin, action=action) for name, action in actions.ACTIONS.items()
    }
    return action_views | {"retry": partial(retry, model_admin)}


def _load(object_id: str) -> LoadedOrder:
    order_id = unquote(object_id)
    loaded = rpc.connect(orders.OrdersService).get_orders([order_id])
    if not loaded:
        raise Http404("There is no such order.")
    state, _ = streams.ORDERS.load(order_id)
    return LoadedOrder(loaded[0], state)


def _page_of(order: orders.Order) -> HttpResponse:
    return HttpResponseRedirect(labels.page("orders_order_change", order.id))


def show(model_admin: Admin, request: HttpRequest, object_id: str) -> HttpResponse:
    """An order's page."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    order, state = _load(object_id)
    can_change = model_admin.has_change_permission(request)
    possible = [action for action in actions.ACTIONS.values() if can_change and action.is_possible(state)]
    context = details.page_context(order, state, request.GET.get("lines", ""), request.user)
    timeline = details.timeline(order, str(request.user.pk))
    return _respond(
        model_admin, request, "page", order, actions=possible, can_change=can_change, timeline=timeline, **context
    )


def act(model_admin: Admin, request: HttpRequest, object_id: str, *, action: actions.Action) -> HttpResponse:
    """The form of an action, and its submission."""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    order, state = _load(object_id)
    is_submitted = request.method == "POST"
    if not is_submitted and not action.is_possible(state):
        messages.warning(request, f"{action.title}: this is not possible for order {order.number} now.")
        return _page_of(order)
    form = action.form(request.POST if is_submitted else None, state)
    if form.is_valid() and _submit(model_admin, request, order, action, form):
        return _page_of(order)
    return _respond(model_admin, request, "action", order, action=action, form=form, max_lines=forms.MAX_LINES)


def _submit(
    model_admin: Admin, request: HttpRequest, order: orders.Order, action: actions.Action, form: forms.ActionForm
) -> bool:
    """Call the contract; False if it refused, with the reason on the form."""
    try:
        changed = action.call(order.id, form)
    except actions.REFUSALS as refusal:
        actions.add_error(form, refusal)
        return False
    if changed.version == order.version:
        messages.info(request, f"Order {order.number}: this form was already submitted; nothing was done twice.")
    else:
        _report(model_admin, request, order, f"order {order.number} {action.done}", action.title)
    return True


def _report(model_admin: Admin, request: HttpRequest, order: orders.Order, done: str, title: str) -> None:
    """Show what was done, and log it as an action of this member of staff."""
    messages.success(request, f"Done: {done}.")
    model_admin.log_change(request, Order(pk=order.id, number=order.number), f"{title}.")


def retry(model_admin: Admin, request: HttpRequest, object_id: str) -> HttpResponse:
    """The button that retries a failed step; a second press has no effect, because the order's version has changed."""
    if request.method != "POST":
        text = "Use the button on the order's page to retry a step."
        return HttpResponseNotAllowed(["POST"], text, content_type="text/plain; charset=utf-8")
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    order = _load(object_id).order
    if request.POST.get("seen") != str(order.version):
        text = f"Order {order.number} has changed meanwhile; nothing was done. Check its current status."
        messages.info(request, text)
        return _page_of(order)
    try:
        rpc.connect(orders.OrdersService).retry_step(order.id)
    except actions.REFUSALS as refusal:
        messages.error(request, actions.problem_of(refusal))
    else:
        _report(model_admin, request, order, f"order {order.number} is being retried", "Retry")
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
