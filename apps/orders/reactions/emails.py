"""E-mails to customers about their orders: each is sent once, and none about events of the past."""

from typing import Any, NamedTuple

from django.conf import settings

from apps.orders.domain.order import State
from apps.orders.models import Email, personal
from apps.orders.service.streams import ORDERS
from idl import orders, users
from thriftshop import events, mail, rpc
from thriftshop.money import format_amount


class Template(NamedTuple):
    """The e-mail about an event: `name` of its files in templates/orders/mail, `subject` with a placeholder for the number.

    An answer to an action of the customer is sent even to customers who switched order updates off.
    """

    name: str
    subject: str
    is_answer: bool = False


TEMPLATES: dict[str, Template] = {
    "OrderConfirmed": Template("confirmed", "Your order {} is confirmed", is_answer=True),
    "OrderRejected": Template("rejected", "Your order {} could not be confirmed", is_answer=True),
    "OrderShipped": Template("shipped", "Your order {} is on its way"),
    "OrderCancelled": Template("cancelled", "Your order {} is cancelled"),
    "LinesCancelled": Template("part_cancelled", "Part of your order {} is cancelled"),
    "PaymentRefunded": Template("refunded", "Your refund for order {}"),
}
KINDS = frozenset(TEMPLATES)
# The lines listed in an e-mail; others are only counted, because mailboxes truncate long e-mails.
MAX_ITEMS = 200

REASONS = {
    "out of stock": "Some of the items are no longer in stock.",
    "payment declined": "The payment was declined. You can try again with another payment method.",
    "timed out": "The order could not be completed in time.",
}


def send(record: events.Recorded) -> None:
    """Send the e-mail for an event, unless it is too old, there is no address, or it was sent before."""
    if record.recorded_at - record.occurred_at > mail.NEWS_MS:
        return
    state, _ = ORDERS.load(record.stream)
    owner = personal.owner_of(state.customer_id, record.stream)
    details = personal.unseal({record.stream: (owner, state.sealed)})[record.stream]
    address = _address(state, details, is_answer=TEMPLATES[record.kind].is_answer)
    if not address:
        return
    context = _context(record.event, state, details)
    # Claimed last, so that nothing but sending the e-mail can fail between the claim and its record.
    if email := Email.claim(order_id=record.stream, kind=record.kind, version=record.version):
        _deliver(email, record, state.number, context, address)


def _address(state: State, details: orders.Personal, *, is_answer: bool) -> str | None:
    """The order's address, or else the customer's; None if they switched e-mails off or have none."""
    if state.customer_id is None:
        return details.email
    customers = rpc.connect(users.UsersService).get_users([state.customer_id])
    if not customers:
        return details.email
    (customer,) = customers
    if not customer.active or (customer.settings.get("order_updates") == "false" and not is_answer):
        return None
    return details.email or customer.email


def _deliver(email: Email, record: events.Recorded, number: str, context: dict[str, Any], address: str) -> None:
    template = TEMPLATES[record.kind]
    # The same e-mail always has the same id, so that a mailbox shows it once even if it was sent twice.
    headers = {"Message-ID": f"<{record.id}@orders.thriftshop>"}
    subject = template.subject.format(number)
    mail.deliver(email, f"orders/mail/{template.name}", subject, address, context, **headers)


def _context(event: Any, state: State, details: orders.Personal) -> dict[str, Any]:
    currency, pairs = state.totals.currency, _pairs(event, state)
    return {
        "name": details.shipping_address.name if details.shipping_address else "",
        "number": state.number,
        "shop": settings.PUBLIC_URL,
        "items": [_item(state, *pair) for pair in pairs[:MAX_ITEMS]],
        "more": max(0, len(pairs) - MAX_ITEMS),
        "charges": [(charge.description, format_amount(charge.amount, currency)) for charge in state.charges],
        "total": format_amount(state.totals.total, currency),
        "amount": format_amount(event.amount.amount, currency) if hasattr(event, "amount") else "",
        "reason": _reason(event),
        "tracking": event.shipment.tracking if isinstance(event, orders.OrderShipped) else None,
        "is_guests": state.customer_id is None,
        "is_card": state.provider == "card",
        "is_from_cart": state.cart_id is not None,
    }


def _reason(event: Any) -> str:
    if isinstance(event, orders.OrderRejected):
        return REASONS.get(event.reason, event.reason)
    return getattr(event, "reason", "")


def _pairs(event: Any, state: State) -> list[tuple[int, int]]:
    """The lines listed in the e-mail, as (number, quantity)."""
    if isinstance(event, orders.OrderShipped):
        return [(line.number, line.quantity) for line in event.shipment.lines]
    if isinstance(event, orders.LinesCancelled):
        return [(line.number, line.quantity) for line in event.lines]
    if isinstance(event, orders.OrderConfirmed):
        return [(number, line.quantity) for number, line in enumerate(state.lines, start=1)]
    return []


def _item(state: State, number: int, quantity: int) -> dict[str, str | int]:
    line = state.lines[number - 1]
    return {
        "name": line.name,
        "quantity": quantity,
        "price": format_amount(quantity * line.price, state.totals.currency),
    }
