"""Placing an order: who buys, what it costs, and one event that freezes it all."""

import hashlib
from typing import NamedTuple

from django.conf import settings

from apps.orders.domain import asking, placing
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
    """Who buys: `mark` tells buyers' keys apart; `customer_id` is absent for a guest; `trusted` is staff or a service."""

    mark: str
    customer_id: str | None
    trusted: bool


def place(order: orders.PlaceOrder) -> orders.Order:
    """Places an order, or finds the one that this key has placed."""
    asking.placing(order)
    buyer = _buyer(order)
    order_id, fingerprint = placing.order_id(buyer.mark, order.idempotency_key), _digest(codec.encode(order))
    if found := _repeated(order_id, fingerprint):
        return found
    closings.check(buyer.customer_id)
    try:
        known, event = _frozen(currencies.checked(contacts.checked(order)), buyer, order_id, fingerprint)
    except REFUSALS:
        # The same request may have placed it meanwhile, or have been stopped after it had checked the cart out.
        if found := _repeated(order_id, fingerprint):
            return found
        earlier = checkout.earlier(order, order_id) if order.lines is None else None
        if earlier is None:
            raise
        known, event = None, earlier
    decided = record(order_id, event)
    placing.same_input(decided.state, fingerprint, order_id)
    return streams.answer(order_id, decided, known)


def record(order_id: str, event: orders.OrderPlaced) -> events.Decided[State]:
    """Records an order once. Raises IdempotencyConflict where another was placed under its id.

    Raises Forbidden, and leaves the order cancelled, where its customer is being erased.
    """
    decided = streams.ORDERS.decide(order_id, lambda state: placing.place(state, event, order_id))
    closings.cancel_if_closed(order_id, event.customer_id)
    return decided


def _repeated(order_id: str, fingerprint: str) -> orders.Order | None:
    """The order that this key has placed already. Raises IdempotencyConflict where its input was another."""
    state, version = streams.ORDERS.load(order_id)
    if not state.exists:
        return None
    placing.same_input(state, fingerprint, order_id)
    return streams.answer(order_id, events.Decided(state, version, ()))


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _buyer(order: orders.PlaceOrder) -> Buyer:
    """Who buys. Raises Forbidden for what only staff and services may ask, Unauthenticated for a stranger without a cart."""
    viewer, trusted = identity.viewer(), identity.is_staff()
    if not trusted:
        _check_customer(order, viewer)
    if viewer is not None:
        own = order.customer_id if order.lines is not None else order.customer_id or viewer.id
        return Buyer(viewer.id, own if trusted else viewer.id, trusted)
    if identity.is_service():
        _check_service(order)
        return Buyer(f"service:{call_context.current().caller}", order.customer_id, trusted=True)
    if order.cart_token is None:
        raise quoting.unknown_buyer()
    return Buyer(f"guest:{_digest(order.cart_token.encode())}", None, trusted=False)


def _check_customer(order: orders.PlaceOrder, viewer: common.Viewer | None) -> None:
    for field in ("lines", "charges", "customer_id"):
        given = getattr(order, field)
        if given is not None and not (field == "customer_id" and viewer is not None and given == viewer.id):
            raise common.Forbidden(message=f"Only staff and services may give {field}; buy a cart instead.")


def _check_service(order: orders.PlaceOrder) -> None:
    if order.lines is None and order.cart_token is None:
        raise asking.wrong("lines", "Give the lines to order, or a guest's cart.")


def _frozen(
    order: orders.PlaceOrder, buyer: Buyer, order_id: str, fingerprint: str
) -> tuple[orders.Personal | None, orders.OrderPlaced]:
    """What is known of the person where it is at hand, and the event with all that was true at this moment."""
    known: list[orders.Personal] = []

    def freeze(quote: Quote, bought: cart.Cart | None = None) -> orders.OrderPlaced:
        placing.check_total(order.expected_total, quote)
        if not identity.is_service():
            quoting.check_stock(quote) if bought is None else quoting.check_stock_of(bought, quote)
        known[:] = [_personal(order, buyer)]
        event = _event(order_id, quote, buyer, known[0], order.payment.provider, fingerprint)
        if bought is not None:
            event.cart_id, event.cart_version = bought.id, bought.version
        return event

    if order.lines is not None:
        event = freeze(quoting.from_lines(order, order.lines))
        return known[0], event
    event = checkout.buy(order, order_id, freeze)
    return known[0] if event.fingerprint == fingerprint else None, event


def _personal(order: orders.PlaceOrder, buyer: Buyer) -> orders.Personal:
    """What is known of the person. Raises InvalidInput where a buyer of a cart is not to be reached."""
    address = order.shipping_address
    if not buyer.trusted:
        if buyer.customer_id is None and order.email is None:
            raise asking.wrong("email", "A guest must give an address that word of the order can be sent to.")
        address = address or _default_address(buyer.customer_id)
        if address is None:
            raise asking.wrong("shipping_address", "Say where the order goes.")
    return orders.Personal(email=order.email, shipping_address=address, token=order.payment.token)


def _default_address(customer_id: str | None) -> common.Address | None:
    if customer_id is None:
        return None
    with call_context.using(caller="orders"):
        found = rpc.connect(users.UsersService).get_users([customer_id])
    kept = [entry.address for user in found for entry in user.addresses if entry.is_default]
    return addresses.checked(kept[0], "shipping_address") if kept else None


def _event(
    order_id: str,
    quote: Quote,
    buyer: Buyer,
    known: orders.Personal,
    provider: str,
    fingerprint: str,
) -> orders.OrderPlaced:
    now = call_context.happened_at()

    def money(amount: int) -> common.Money:
        return common.Money(amount=amount, currency=quote.currency)

    return orders.OrderPlaced(
        number=_free_number(order_id),
        customer_id=buyer.customer_id,
        sealed=personal.seal(known, personal.owner_of(buyer.customer_id, order_id)),
        lines=[
            orders.OrderLine(
                number=number,
                sku=line.sku,
                name=line.name,
                quantity=line.quantity,
                unit_price=money(line.price),
                agreed_price=line.agreed,
                shipped=0,
                cancelled=0,
                returned=0,
            )
            for number, line in enumerate(quote.lines, start=1)
        ],
        charges=[
            orders.Charge(kind=one.kind, description=one.description, amount=money(one.amount)) for one in quote.charges
        ],
        total=money(quote.total),
        provider=provider,
        fingerprint=fingerprint,
        placed_at=now,
        cancellable_until=now + settings.ORDER_GRACE_MINUTES * MINUTE_MS,
    )


def _free_number(order_id: str) -> str:
    """A number that no other order has: of a trillion, so that one attempt is nearly always enough."""
    attempt = 0
    while True:
        number = placing.number_of(order_id, attempt)
        if not Order.objects.number_is_taken(number, order_id):
            return number
        attempt += 1
