"""Orders in words and signs, as the staff read them."""

from datetime import datetime

from django.utils import timezone
from django.utils.html import format_html
from idl.orders import OrderStatus, PaymentStatus

from apps.orders.domain import states
from apps.orders.domain.placing import shown
from idl import common, orders
from thriftshop import clock

LOOKS = {
    OrderStatus.PENDING: "warn",
    OrderStatus.CONFIRMED: "",
    OrderStatus.REJECTED: "bad",
    OrderStatus.CANCELLED: "quiet",
    OrderStatus.PARTLY_SHIPPED: "warn",
    OrderStatus.SHIPPED: "",
    OrderStatus.RETURNED: "quiet",
}
PAYMENT_LOOKS = {
    PaymentStatus.NONE: "quiet",
    PaymentStatus.AUTHORISED: "",
    PaymentStatus.PARTLY_CAPTURED: "warn",
    PaymentStatus.CAPTURED: "",
    PaymentStatus.PARTLY_REFUNDED: "quiet",
    PaymentStatus.REFUNDED: "quiet",
    PaymentStatus.VOIDED: "quiet",
    PaymentStatus.DECLINED: "bad",
}


def badge(words: str, look: str) -> str:
    """A few words that are seen first."""
    return format_html('<span class="ts-badge {}">{}</span>', look, words)


def status(value: int) -> str:
    """Where an order stands, as a badge."""
    return badge(states.WORDS[value].capitalize(), LOOKS[value])


def payment_status(value: int) -> str:
    """Where its money stands, as a badge."""
    words = orders.PaymentStatus._VALUES_TO_NAMES[value].replace("_", " ").capitalize()
    return badge("Nothing asked" if value == PaymentStatus.NONE else words, PAYMENT_LOOKS[value])


def money(value: common.Money) -> str:
    """An amount with its currency."""
    return shown(value.amount, value.currency)


def moment(milliseconds: int) -> datetime:
    """A moment in the shop's time zone."""
    return timezone.localtime(clock.datetime_of(milliseconds))


def moment_text(milliseconds: int) -> str:
    """A moment in the shop's time zone, written out."""
    return f"{moment(milliseconds):%d %b %Y %H:%M}"


def address(value: common.Address | None) -> list[str]:
    """An address line by line; nothing where none is known, or not any more."""
    if value is None:
        return []
    town = " ".join(part for part in (value.city, value.postcode) if part)
    return [part for part in (value.name, *value.lines, town, value.region, value.country) if part]
