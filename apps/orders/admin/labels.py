"""Labels, badges and links of orders for staff."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.admin.utils import quote
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from idl.orders import OrderStatus, PaymentStatus

from apps.orders.domain import saga_state, states
from apps.orders.models import Order
from idl import common, orders
from thriftshop import clock
from thriftshop.money import format_amount

STYLES = {
    OrderStatus.PENDING: "warn",
    OrderStatus.CONFIRMED: "",
    OrderStatus.REJECTED: "bad",
    OrderStatus.CANCELLED: "quiet",
    OrderStatus.PARTLY_SHIPPED: "warn",
    OrderStatus.SHIPPED: "",
    OrderStatus.RETURNED: "quiet",
}
PAYMENT_STYLES = {
    PaymentStatus.NONE: "quiet",
    PaymentStatus.AUTHORISED: "",
    PaymentStatus.PARTLY_CAPTURED: "warn",
    PaymentStatus.CAPTURED: "",
    PaymentStatus.PARTLY_REFUNDED: "quiet",
    PaymentStatus.REFUNDED: "quiet",
    PaymentStatus.VOIDED: "quiet",
    PaymentStatus.DECLINED: "bad",
}
# The steps of the saga, for staff.
STEPS = {
    saga_state.RESERVE: "reserving the goods",
    saga_state.AUTHORISE: "authorising the payment",
    saga_state.ALLOCATE: "allocating the goods",
    saga_state.SHIP: "recording the shipment in stock",
    saga_state.CAPTURE: "capturing the payment",
    saga_state.REFUND: "refunding the payment",
    saga_state.RELEASE: "releasing the goods",
    saga_state.RELEASE_LINES: "releasing the cancelled goods",
    saga_state.RESTOCK: "restocking the goods",
    saga_state.VOID: "voiding the authorisation",
}


def badge(label: str, style: str) -> str:
    """A badge."""
    return format_html('<span class="ts-badge {}">{}</span>', style, label)


def two_lines(first: str, second: str) -> str:
    """A line, and a smaller one below it."""
    return format_html("{}<small>{}</small>", first, second)


def status(value: int) -> str:
    """An order's status as a badge."""
    return badge(states.LABELS[value].capitalize(), STYLES[value])


def payment_status(value: int) -> str:
    """A payment status as a badge."""
    words = orders.PaymentStatus._VALUES_TO_NAMES[value].replace("_", " ").capitalize()
    return badge("None" if value == PaymentStatus.NONE else words, PAYMENT_STYLES[value])


def step(name: str) -> str:
    """The label of a step."""
    return STEPS.get(name, name)


def waits_for(row: Order) -> str:
    """What an order waits for: staff, a retry, shipping; empty if it is complete."""
    if row.stuck:
        return badge(f"Staff: {step(row.stuck)}", "bad")
    if row.retry_at is not None:
        retried = next((failure.step for failure in row.parsed_failures() if failure.retry_at == row.retry_at), "")
        return badge(f"Retry: {step(retried)}", "warn")
    if row.status == OrderStatus.PENDING:
        return "Stock and payment"
    return "Shipping" if row.status in states.OPEN else ""


def money(value: common.Money) -> str:
    """An amount with its currency."""
    return format_amount(value.amount, value.currency)


def moment(milliseconds: int) -> datetime:
    """A time in the shop's time zone."""
    return timezone.localtime(clock.datetime_of(milliseconds))


def moment_text(milliseconds: int) -> str:
    """A formatted time in the shop's time zone."""
    return f"{moment(milliseconds):%d %b %Y %H:%M}"


def address(value: common.Address | None) -> list[str]:
    """The lines of an address; empty if it is unknown or erased."""
    if value is None:
        return []
    town = " ".join(part for part in (value.city, value.postcode) if part)
    return [part for part in (value.name, *value.lines, town, value.region, value.country) if part]


def actor_name(actor: str, customer_id: str | None, user_id: str, names: Mapping[str, str]) -> str:
    """The label of an actor: you, the customer, a colleague's name, or a service."""
    if actor == user_id:
        return "you"
    return "the customer" if actor == customer_id else names.get(actor, actor)


def page(name: str, *args: Any, **query: str) -> str:
    """The URL of an admin page; empty if its context is hosted elsewhere."""
    try:
        url = reverse(f"admin:{name}", args=[quote(argument) for argument in args])
    except NoReverseMatch:
        return ""
    return f"{url}?{urlencode(query)}" if query else url


def link(text: str, href: str) -> str:
    """A link, or only its text if there is no URL."""
    return format_html('<a href="{}">{}</a>', href, text) if href else text
