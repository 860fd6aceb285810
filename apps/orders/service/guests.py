"""Access of guests to their orders by a link that is sent to their e-mail address."""

import logging
import math

from django.conf import settings
from django.core import signing
from django.db.models import Q

from apps.orders.domain.order import State
from apps.orders.models import GuestEmail, LinkRequest, Order, personal
from apps.orders.models.guests import HOUR_MS, digest_of, email_digest
from apps.orders.service import streams
from idl import cart, common, orders
from thriftshop import call_context, clock, mail, rpc
from thriftshop.contact import emails, networks

log = logging.getLogger("thriftshop.orders")

LINK_HOURS = 24
MAX_TOKEN_LENGTH = 1_024
SALT = "thriftshop.orders.guest-link"
# Limits per hour: e-mails for an order and for an address, requests of a client.
EMAILS_PER_ORDER = 3
EMAILS_PER_ADDRESS = 10
REQUESTS_PER_CLIENT = 30
AT_ONCE = 100


def request_access(number: str, email: str, client_address: str | None = None) -> None:
    """Record the request; `send_links` handles it later.

    Nothing is looked up here, so that neither the answer nor its time reveals whether the order exists.
    Raises InvalidInput for an invalid e-mail address, TooManyRequests for a client with too many requests.
    """
    digest, now = email_digest(emails.checked(email)), clock.now()
    network = networks.network(client_address)
    client = digest_of("client", network) if network else ""
    _check_client(client, now)
    LinkRequest.objects.create(number=_number(number), digest=digest, client=client, requested_at=now)


def _number(text: str) -> str:
    return text.strip().upper()[:16]


def _check_client(client: str, now: int) -> None:
    if not client:
        return
    requests = LinkRequest.objects.filter(client=client, requested_at__gt=now - HOUR_MS).order_by("-requested_at")
    recent = list(requests.values_list("requested_at", flat=True)[:REQUESTS_PER_CLIENT])
    if len(recent) == REQUESTS_PER_CLIENT:
        wait = math.ceil((recent[-1] + HOUR_MS - now) / 1000)
        raise orders.TooManyRequests(
            message=f"Too many requests. Wait {math.ceil(wait / 60)} minutes and try again.", retry_after_seconds=wait
        )


def send_links() -> int:
    """Send the requested links and delete requests older than an hour; returns the number of handled requests."""
    now = clock.now()
    # Including those that a wrong clock dated in the future.
    LinkRequest.objects.exclude(requested_at__range=(now - HOUR_MS, now + clock.SKEW_MS)).delete()
    waiting = list(LinkRequest.objects.waiting()[:AT_ONCE])
    return sum(_handle(request) for request in waiting if LinkRequest.objects.claim(request))


def _handle(request: LinkRequest) -> bool:
    """Send the link of one request, if the order exists. After a crash another process tries again."""
    order_id = _order_of(request)
    if order_id is not None and not _is_too_many(request):
        try:
            _send(order_id, request)
        except mail.UndeliverableEmail as problem:
            log.warning("link not sent", extra={"order": order_id, "problem": str(problem)})
    request.note_done()
    return True


def _order_of(request: LinkRequest) -> str | None:
    ids = GuestEmail.objects.filter(digest=request.digest).values_list("order_id", flat=True)
    order = Order.objects.filter(pk__in=list(ids), number=request.number, customer_id="").first()
    return order.id if order else None


def _is_too_many(request: LinkRequest) -> bool:
    """Whether the address has had the allowed number of e-mails within the hour."""
    earlier = Q(requested_at__lt=request.requested_at) | Q(requested_at=request.requested_at, pk__lt=request.pk)
    before = LinkRequest.objects.filter(earlier, digest=request.digest)
    return before.filter(number=request.number).count() >= EMAILS_PER_ORDER or before.count() >= EMAILS_PER_ADDRESS


def _send(order_id: str, request: LinkRequest) -> None:
    state, _ = streams.ORDERS.load(order_id)
    details = personal.unseal({order_id: (order_id, state.sealed)})[order_id]
    if details.email is None:
        return
    context = {
        "name": details.shipping_address.name if details.shipping_address else "",
        "number": state.number,
        "shop": settings.PUBLIC_URL,
        # Browsers do not send the fragment, so the token does not appear in logs.
        "link": f"{settings.PUBLIC_URL}/account/guest-order#token={make_token(order_id)}",
        "hours": LINK_HOURS,
    }
    message_id = f"<link-{request.pk}-{request.requested_at}@orders.thriftshop>"
    subject = f"Your order {state.number}"
    headers = {"Message-ID": message_id}
    mail.send("orders/mail/guest_link", subject, details.email, context, request.note_done, **headers)


def make_token(order_id: str) -> str:
    """The token of a link: signed, for one order, valid for a day."""
    return signing.dumps([order_id, clock.now() + LINK_HOURS * HOUR_MS], salt=SALT)


def order_of_token(token: str) -> str | None:
    """The order id of a link's token; None for a forged or expired one."""
    if len(token) > MAX_TOKEN_LENGTH or not token.isascii():
        return None
    try:
        order_id, until = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return str(order_id) if clock.now() <= until else None


def get_by_link(link_token: str) -> orders.Order:
    """The order of a link. Raises NotFound for an expired link or an order that belongs to an account by now."""
    order_id = order_of_token(link_token)
    states = streams.load_existing([order_id] if order_id else [])
    for state, _ in states.values():
        if state.customer_id is None:
            return streams.answers(states)[0]
    raise common.NotFound(
        message="This link is too old, or the order belongs to an account now; log in, or request another link.",
        kind="order",
    )


def may_access(guest: orders.GuestAccess | None, order_id: str, state: State) -> bool:
    """Whether a guest may access an order: it belongs to no account, and they have its link or the token of its cart."""
    if guest is None or state.customer_id is not None:
        return False
    if guest.link_token is not None:
        return order_of_token(guest.link_token) == order_id
    return bool(state.cart_id) and guest.cart_token is not None and cart_id(guest.cart_token) == state.cart_id


def cart_id(token: str) -> str:
    """The id of the cart of a guest's token; empty if there is none."""
    try:
        with call_context.using(caller="orders"):
            return rpc.connect(cart.CartService).get_cart(cart.CartRef(token=token)).id
    except common.NotFound:
        return ""
