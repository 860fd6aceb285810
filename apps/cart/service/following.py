"""What becomes of carts by what happens elsewhere, or by time: merged at login, swept, forgotten."""

from django.conf import settings

from apps.cart import domain, models
from apps.cart.service import carts
from idl import cart
from thriftshop import call_context, clock, identity

SWEPT_AT_ONCE = 1_000


def strategy() -> str:
    """How quantities are settled of what is in both carts: the setting CART_MERGE_STRATEGY."""
    return str(settings.CART_MERGE_STRATEGY)


def merge(guest_token: str) -> cart.Cart:
    """Merges a guest's cart into the viewer's; gives the viewer's. Raises NotFound, Unauthenticated.

    First the guest's cart lets its lines go, and remembers for whom; then the customer's takes them in, under a key that
    names what was let go. Stopped in between, the next merge or the reaction to the event goes on: nothing is taken twice
    or lost, whatever the guest puts in meanwhile. What the customer's has no room for stays in the guest's; lines that are
    put into the customer's between the two may bring it above its limit, rather than be lost.
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
    take_in(guests.cart_id, viewer_id)
    return carts.show(carts.of_customer(viewer_id))


def take_in(guest_cart_id: str, customer_id: str) -> None:
    """Puts into a customer's cart what a guest's has let go for it, each time of that once."""
    guest, _ = carts.carts.load(guest_cart_id)
    for handed in guest.handed_over:
        if handed.customer_id == customer_id:
            _take_in(guest_cart_id, handed)


def _take_in(guest_cart_id: str, handed: domain.HandedOver) -> None:
    carts.change(
        carts.of_customer(handed.customer_id),
        lambda state, at: domain.merge(state, guest_cart_id, handed, strategy(), at),
        f"merge:{guest_cart_id}:{handed.number}",
    )


def forget(user_id: str) -> None:
    """Empties the cart of a customer who is no more."""
    at = call_context.happened_at()
    carts.decide(carts.of_customer(user_id).cart_id, lambda state: domain.erase(state, at))


def sweep() -> int:
    """Empties the carts that lapsed; gives how many those were."""
    now = clock.now()
    filled = models.CartSummary.objects.filter(item_count__gt=0)
    guests = filled.filter(customer_id="", used_at__lte=now - carts.lifetime(None))
    customers = filled.exclude(customer_id="").filter(used_at__lte=now - carts.lifetime("somebody"))
    found = [
        (cart_id, carts.lifetime(customer_id or None))
        for query in (guests, customers)
        for cart_id, customer_id in query.order_by("used_at").values_list("cart_id", "customer_id")[:SWEPT_AT_ONCE]
    ]
    with call_context.within(call_context.CallContext(caller="cart")):
        return sum(_lapse(cart_id, now, lifetime) for cart_id, lifetime in found)


def _lapse(cart_id: str, now: int, lifetime: int) -> int:
    return carts.decide(cart_id, lambda state: domain.lapse(state, now, lifetime))
