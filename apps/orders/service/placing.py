"""Placing an order: the buyer, the quote, and the event that records both."""

import hashlib
from typing import NamedTuple

from django.conf import settings

from apps.orders.domain import placing, validation
from apps.orders.domain.order import State
from apps.orders.domain.placing import Quote
from apps.orders.models import Order, personal
from apps.orders.service import checkout, closings, contacts, currencies, quoting, streams
from idl import cart, common, orders, users
from thriftshop import call_context, events, identity, rpc
from thriftshop.contact import addresses
from thriftshop.rpc import codec

MINUTE_MS = 60_000
REFUSALS = (
    common.InvalidInput,
    common.NotFound,
    orders.EmptyCart,
    orders.InsufficientStock,
    orders.TotalChanged,
)


class Buyer(NamedTuple):
    """The buyer: idempotency keys are unique per `scope`; `customer_id` is None for a guest; staff and services are `trusted`."""

    scope: str
    customer_id: str | None
    trusted: bool


def place(order: orders.PlaceOrder) -> orders.Order:
    """Place an order, or return the one that was placed with this key."""
    validation.placing(order)
    buyer = _buyer(order)
    order_id, fingerprint = placing.order_id(buyer.scope, order.idempotency_key), _digest(codec.encode(order))
    if existing := _existing(order_id, fingerprint):
        return existing
    closings.check(buyer.customer_id)
    try:
        details, event = _prepare(currencies.checked(contacts.checked(order)), buyer, order_id, fingerprint)
    except REFUSALS:
        # A concurrent or interrupted run of the same request may have placed the order or checked the cart out.
        if existing := _existing(order_id, fingerprint):
            return existing
        earlier = checkout.earlier(order, order_id) if order.lines is None else None
        if earlier is None:
            raise
        details, event = None, earlier
    decided = record(order_id, event)
    placing.same_input(decided.state, fingerprint, order_id)
    return streams.answer(order_id, decided, details)


def record(order_id: str, event: orders.OrderPlaced) -> events.Decided[State]:
    """Record an order once. Raises IdempotencyConflict if another one was placed under its id.

    Raises Forbidden, and cancels the order, if its customer is being erased.
    """
    decided = streams.ORDERS.decide(order_id, lambda state: placing.place(state, event, order_id))
    closings.cancel_if_closed(order_id, event.customer_id)
    return decided


def _existing(order_id: str, fingerprint: str) -> orders.Order | None:
    """The order that was placed with this key, if any. Raises IdempotencyConflict if its input differs."""
    state, version = streams.ORDERS.load(order_id)
    if not state.exists:
        return None
    placing.same_input(state, fingerprint, order_id)
    return streams.answer(order_id, events.Decided(state, version, ()))


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _buyer(order: orders.PlaceOrder) -> Buyer:
    """The buyer. Raises Forbidden for fields of staff and services, Unauthenticated for anonymous viewers without a cart."""
    viewer, trusted = identity.viewer(), identity.is_staff()
    if not trusted:
        _check_customer(order, viewer)
    if viewer is not None:
        customer_id = order.customer_id if order.lines is not None else order.customer_id or viewer.id
        return Buyer(viewer.id, customer_id if trusted else viewer.id, trusted)
    if identity.is_service():
        _check_service(order)
        return Buyer(f"service:{call_context.current().caller}", order.customer_id, trusted=True)
    if order.cart_token is None:
        raise quoting.unknown_buyer()
    return Buyer(f"guest:{_digest(order.cart_token.encode())}", None, trusted=False)


def _check_customer(order: orders.PlaceOrder, viewer: common.Viewer | None) -> None:
    for field in ("lines", "charges", "customer_id", "country"):
        value = getattr(order, field)
        if value is not None and not (field == "customer_id" and viewer is not None and value == viewer.id):
            raise common.Forbidden(message=f"Only staff and services may give {field}; buy a cart instead.")


def _check_service(order: orders.PlaceOrder) -> None:
    if order.lines is None and order.cart_token is None:
        raise validation.invalid("lines", "Give the lines to order, or a guest's cart.")


def _prepare(
    order: orders.PlaceOrder, buyer: Buyer, order_id: str, fingerprint: str
) -> tuple[orders.Personal | None, orders.OrderPlaced]:
    """The event of the order with its quote, and the personal data, which is None for an earlier order of the same cart."""
    details: list[orders.Personal] = []

    def event_of(quote: Quote, contents: cart.Cart | None = None) -> orders.OrderPlaced:
        placing.check_total(order.expected_total, quote)
        if not identity.is_service():
            quoting.check_stock(quote) if contents is None else quoting.check_stock_of(contents, quote)
        details[:] = [_personal(order, buyer)]
        event = _event(order_id, quote, buyer, details[0], order.payment.provider, fingerprint)
        event.country = _country(order, details[0])
        if contents is not None:
            event.cart_id, event.cart_version = contents.id, contents.version
        return event

    if order.lines is not None:
        event = event_of(quoting.from_lines(order, order.lines))
        return details[0], event
    event = checkout.buy(order, order_id, event_of)
    return details[0] if event.fingerprint == fingerprint else None, event


def _country(order: orders.PlaceOrder, details: orders.Personal) -> str | None:
    """The country that an order goes to, which does not identify a person."""
    return details.shipping_address.country if details.shipping_address else order.country


def _personal(order: orders.PlaceOrder, buyer: Buyer) -> orders.Personal:
    """The personal data. Raises InvalidInput for a buyer of a cart without an e-mail or shipping address."""
    address = order.shipping_address
    if not buyer.trusted:
        if buyer.customer_id is None and order.email is None:
            raise validation.invalid("email", "A guest must give an e-mail address for the e-mails about the order.")
        address = address or _default_address(buyer.customer_id)
        if address is None:
            raise validation.invalid("shipping_address", "Give the shipping address.")
    return orders.Personal(email=order.email, shipping_address=address, token=order.payment.token)


def _default_address(customer_id: str | None) -> common.Address | None:
    if customer_id is None:
        return None
    with call_context.using(caller="orders"):
        customers = rpc.connect(users.UsersService).get_users([customer_id])
    default = [entry.address for customer in customers for entry in customer.addresses if entry.is_default]
    return addresses.checked(default[0], "shipping_address") if default else None


def _event(
    order_id: str,
    quote: Quote,
    buyer: Buyer,
    details: orders.Personal,
    provider: str,
    fingerprint: str,
) -> orders.OrderPlaced:
    now = call_context.happened_at()
    return orders.OrderPlaced(
        number=_free_number(order_id),
        customer_id=buyer.customer_id,
        sealed=personal.seal(details, personal.owner_of(buyer.customer_id, order_id), is_new=buyer.customer_id is None),
        lines=_lines(quote),
        charges=_charges(quote),
        total=common.Money(amount=quote.total, currency=quote.currency),
        provider=provider,
        fingerprint=fingerprint,
        placed_at=now,
        cancellable_until=now + settings.ORDER_GRACE_MINUTES * MINUTE_MS,
    )


def _lines(quote: Quote) -> list[orders.OrderLine]:
    return [
        orders.OrderLine(
            number=number,
            sku=line.sku,
            name=line.name,
            quantity=line.quantity,
            unit_price=common.Money(amount=line.price, currency=quote.currency),
            agreed_price=line.agreed,
            shipped=0,
            cancelled=0,
            returned=0,
        )
        for number, line in enumerate(quote.lines, start=1)
    ]


def _charges(quote: Quote) -> list[orders.Charge]:
    return [
        orders.Charge(
            kind=charge.kind,
            description=charge.description,
            amount=common.Money(amount=charge.amount, currency=quote.currency),
        )
        for charge in quote.charges
    ]


def _free_number(order_id: str) -> str:
    """A number that no other order has. There are a trillion, so the first attempt nearly always succeeds."""
    attempt = 0
    while True:
        number = placing.number_of(order_id, attempt)
        if not Order.objects.number_is_taken(number, order_id):
            return number
        attempt += 1
