"""Changing orders: each verb loads, decides under its key, and answers with the order."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.conf import settings

from apps.orders.domain import asking, changing, showing
from apps.orders.domain.changing import Actor, Coming
from apps.orders.domain.order import State
from apps.orders.service import currencies, guests, streams
from idl import common, orders
from thriftshop import call_context, identity


def _asker() -> Actor:
    return showing.role_of(identity.is_staff(), identity.is_service())


def _decide(order_id: str, decision: Callable[[State], list[Any]], key: str | None = None) -> orders.Order:
    return streams.answer(order_id, streams.ORDERS.decide(order_id, decision, key))


def cancel(order_id: str, reason: str, guest: orders.GuestAccess | None = None) -> orders.Order:
    """Cancels an order."""
    streams.load_visible(order_id, partial(guests.opens, guest))
    by, now = _asker(), call_context.happened_at()
    return _decide(order_id, lambda state: changing.cancel(state, reason, by, now))


def cancel_lines(key: str, order_id: str, lines: Sequence[orders.LineQuantity], reason: str) -> orders.Order:
    """Cancel unshipped pieces."""
    part = _begin(order_id, "cancel_lines", key)
    return _decide(order_id, lambda state: changing.cancel_lines(state, part, lines, reason), part)


def ship(key: str, order_id: str, lines: Sequence[orders.LineQuantity], tracking: str | None = None) -> orders.Order:
    """Ship goods."""
    part, now = _begin(order_id, "ship", key), call_context.happened_at()
    return _decide(order_id, lambda state: changing.ship(state, part, lines, tracking, now), part)


def return_lines(
    key: str,
    order_id: str,
    lines: Sequence[orders.LineQuantity],
    reason: str,
    restock: bool,
    agreed_refund: common.Money | None = None,
    guest: orders.GuestAccess | None = None,
) -> orders.Order:
    """Return goods. Goods that customers return are inspected before they are restocked, and refunded at their price."""
    by = _asker()
    if by.is_customer and agreed_refund is not None:
        raise common.Forbidden(message="Only staff may agree another refund; leave agreed_refund out.")
    part = _begin(order_id, "return_lines", key, staff_only=False, guest=guest)
    agreed = currencies.in_capitals(agreed_refund) if agreed_refund else None
    coming = Coming(part, lines, reason, restock and not by.is_customer, call_context.happened_at())
    return _decide(order_id, lambda state: changing.return_lines(state, coming, by, agreed, settings.RETURN_DAYS), part)


def refund(key: str, order_id: str, amount: common.Money, reason: str) -> orders.Order:
    """Refund an amount without a return."""
    part, amount = _begin(order_id, "refund", key), currencies.in_capitals(amount)
    return _decide(order_id, lambda state: changing.refund(state, part, amount, reason), part)


def retry_step(order_id: str) -> orders.Order:
    """Retry failed steps."""
    identity.require_staff()
    streams.load_visible(order_id)
    return _decide(order_id, changing.try_again)


def _begin(
    order_id: str, verb: str, key: str, *, staff_only: bool = True, guest: orders.GuestAccess | None = None
) -> str:
    """Check viewer and key; returns the id of the command within the order."""
    if staff_only:
        identity.require_staff()
    asking.key(key)
    streams.load_visible(order_id, partial(guests.opens, guest))
    return changing.part_id(order_id, verb, key)


def time_out(order_id: str) -> State:
    """Reject an order that could not be confirmed in time and return it."""
    return streams.ORDERS.decide(order_id, changing.time_out).state
