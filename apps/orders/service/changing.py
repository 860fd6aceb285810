"""The commands on placed orders: each decides under its key and returns the order."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.conf import settings

from apps.orders.domain import changing, validation
from apps.orders.domain.changing import Actor, ReturnRequest
from apps.orders.domain.order import State
from apps.orders.service import currencies, guests, streams
from idl import common, orders
from thriftshop import call_context, identity


def _actor() -> Actor:
    return Actor("system" if identity.is_service() else "staff" if identity.is_staff() else "customer")


def _decide(order_id: str, decision: Callable[[State], list[Any]], key: str | None = None) -> orders.Order:
    return streams.answer(order_id, streams.ORDERS.decide(order_id, decision, key))


def cancel(order_id: str, reason: str, guest: orders.GuestAccess | None = None) -> orders.Order:
    """Cancel an order."""
    streams.load_visible(order_id, partial(guests.may_access, guest))
    by, now = _actor(), call_context.happened_at()
    return _decide(order_id, lambda state: changing.cancel(state, reason, by, now))


def cancel_lines(key: str, order_id: str, lines: Sequence[orders.LineQuantity], reason: str) -> orders.Order:
    """Cancel unshipped pieces."""
    id_ = _begin(order_id, "cancel_lines", key)
    return _decide(order_id, lambda state: changing.cancel_lines(state, id_, lines, reason), id_)


def ship(key: str, order_id: str, lines: Sequence[orders.LineQuantity], tracking: str | None = None) -> orders.Order:
    """Ship goods."""
    id_, now = _begin(order_id, "ship", key), call_context.happened_at()
    return _decide(order_id, lambda state: changing.ship(state, id_, lines, tracking, now), id_)


def return_lines(
    key: str,
    order_id: str,
    lines: Sequence[orders.LineQuantity],
    reason: str,
    restock: bool,
    agreed_refund: common.Money | None = None,
    guest: orders.GuestAccess | None = None,
) -> orders.Order:
    """Return goods. Goods that customers return are inspected before they are restocked; only staff agree other refunds."""
    by = _actor()
    if by.is_customer and agreed_refund is not None:
        raise common.Forbidden(message="Only staff may agree on another refund; leave agreed_refund out.")
    id_ = _begin(order_id, "return_lines", key, staff_only=False, guest=guest)
    agreed = currencies.in_capitals(agreed_refund) if agreed_refund else None
    request = ReturnRequest(id_, lines, reason, restock and not by.is_customer, call_context.happened_at())
    return _decide(order_id, lambda state: changing.return_lines(state, request, by, agreed, settings.RETURN_DAYS), id_)


def refund(key: str, order_id: str, amount: common.Money, reason: str) -> orders.Order:
    """Refund an amount without a return."""
    id_, amount = _begin(order_id, "refund", key), currencies.in_capitals(amount)
    return _decide(order_id, lambda state: changing.refund(state, id_, amount, reason), id_)


def retry_step(order_id: str) -> orders.Order:
    """Retry failed steps."""
    identity.require_staff()
    streams.load_visible(order_id)
    return _decide(order_id, changing.retry)


def _begin(
    order_id: str, command: str, key: str, *, staff_only: bool = True, guest: orders.GuestAccess | None = None
) -> str:
    """Check viewer and key; returns the id of the change."""
    if staff_only:
        identity.require_staff()
    validation.key(key)
    streams.load_visible(order_id, partial(guests.may_access, guest))
    return changing.change_id(order_id, command, key)


def time_out(order_id: str) -> State:
    """Reject an order that could not be confirmed in time and return it."""
    return streams.ORDERS.decide(order_id, changing.time_out).state
