"""Carts merged at login, emptied after an erasure, and swept when they have expired."""

from django.conf import settings

from apps.cart import domain, models
from apps.cart.service import carts
from idl import cart
from thriftshop import call_context, clock, identity

SWEEP_BATCH = 1_000


def strategy() -> str:
    """How quantities of products in both carts are merged: the setting CART_MERGE_STRATEGY."""
    return str(settings.CART_MERGE_STRATEGY)


def merge(guest_token: str) -> cart.Cart:
    """Merge a guest's cart into the viewer's and return the latter. Raises NotFound, Unauthenticated.

    The guest's cart first hands its lines over and records to whom; then they are added to the customer's under a key of
    that hand-over. After a crash in between, the next merge or the reaction continues: nothing is added twice or lost.
    Lines without room stay in the guest's cart. Lines added to the customer's cart between the two steps may exceed its
    limit rather than be lost.
    """
    viewer_id = identity.require_viewer().id
    guests = carts.find(cart.CartRef(token=guest_token))
    at = call_context.happened_at()
    customers = carts.of_customer(viewer_id)
    into = domain.as_of(carts.carts.load(customers.cart_id)[0], at, customers.lifetime).lines
    carts.decide(
        guests.cart_id,
        lambda state: domain.hand_over(domain.as_of(state, at, guests.lifetime), viewer_id, into, strategy(), at),
    )
    receive(guests.cart_id, viewer_id)
    return carts.show(carts.of_customer(viewer_id))


def receive(guest_cart_id: str, customer_id: str) -> None:
    """Add the lines that a guest's cart handed over to a customer's cart, each hand-over once."""
    guest, _ = carts.carts.load(guest_cart_id)
    for hand_over in guest.handed_over:
        if hand_over.customer_id == customer_id:
            _receive(guest_cart_id, hand_over)


def _receive(guest_cart_id: str, hand_over: domain.HandedOver) -> None:
    carts.change(
        carts.of_customer(hand_over.customer_id),
        lambda state, at: domain.merge(state, guest_cart_id, hand_over, strategy(), at),
        f"merge:{guest_cart_id}:{hand_over.number}",
    )


def erase(user_id: str) -> None:
    """Empty the cart of an erased customer."""
    at = call_context.happened_at()
    carts.decide(carts.of_customer(user_id).cart_id, lambda state: domain.erase(state, at))


def sweep() -> int:
    """Empty all expired carts and return their number."""
    now = clock.now()
    filled = models.CartSummary.objects.filter(item_count__gt=0)
    guests = filled.filter(customer_id="", used_at__lte=now - carts.lifetime(None))
    customers = filled.exclude(customer_id="").filter(used_at__lte=now - carts.lifetime("any"))
    expired = [
        (cart_id, carts.lifetime(customer_id or None))
        for query in (guests, customers)
        for cart_id, customer_id in query.order_by("used_at").values_list("cart_id", "customer_id")[:SWEEP_BATCH]
    ]
    with call_context.within(call_context.CallContext(caller="cart")):
        return sum(_expire(cart_id, now, lifetime) for cart_id, lifetime in expired)


def _expire(cart_id: str, now: int, lifetime: int) -> int:
    return carts.decide(cart_id, lambda state: domain.expire(state, now, lifetime))
