"""Carts found, decided on and shown."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from apps.cart import domain
from apps.cart.service import offers
from idl import cart, common
from thriftshop import call_context, events, identity, money, rpc

DAY = 86_400_000
TOKEN_BYTES = 32
LONGEST_KEY = 100

carts: events.Decider[domain.CartState] = events.Decider("cart", domain.EMPTY, domain.evolve)

Verb = Callable[[domain.CartState, int], Sequence[Any]]
"""What is to happen to a cart, given its state and the moment."""


@dataclass(frozen=True, slots=True)
class Whose:
    """A cart's id, and the customer whose it is; None for a guest's."""

    cart_id: str
    customer_id: str | None

    @property
    def lifetime(self) -> int:
        """For how long the cart lives unless it is used, in milliseconds."""
        return lifetime(self.customer_id)


def lifetime(customer_id: str | None) -> int:
    """For how long a cart lives unless it is used, in milliseconds: a customer's longer than a guest's."""
    if customer_id is None:
        return int(settings.CART_LIFETIME_DAYS) * DAY
    return int(settings.CART_CUSTOMER_LIFETIME_DAYS) * DAY


def guest_cart_id(token: str) -> str:
    """The id of the cart that a token opens. It cannot be turned around: the token itself is stored nowhere."""
    return "guest-" + hashlib.sha256(token.encode()).hexdigest()[:40]


def of_customer(user_id: str) -> Whose:
    """A customer's one cart."""
    return Whose(f"customer-{user_id}", user_id)


def find(ref: cart.CartRef) -> Whose:
    """The cart that the bearer of a token, or else the viewer, may use. Raises NotFound, Unauthenticated."""
    if ref.token is None:
        return of_customer(identity.require_viewer().id)
    whose = Whose(guest_cart_id(ref.token), None)
    state, _ = carts.load(whose.cart_id)
    if not state.opened:
        raise common.NotFound(message="There is no such cart; open a new one.", kind="cart")
    return whose


def open_guest(currency: str) -> tuple[str, Whose]:
    """Opens a guest's cart; gives the token, this once, and the cart. Raises InvalidInput for an unknown currency."""
    code = money.accepted(currency, settings.CURRENCIES, "currency")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    whose = Whose(guest_cart_id(token), None)
    at = call_context.happened_at()
    decide(whose.cart_id, lambda state: domain.open_guest(code, at) if not state.opened else [])
    return token, whose


def load(whose: Whose) -> tuple[domain.CartState, int]:
    """A cart as it reads now, and its version; one that was never used, or lapsed, is empty.

    An empty one is in the currency of its customer's setting, unless another was chosen for it.
    """
    state, version = carts.load(whose.cart_id)
    state = domain.as_of(state, call_context.happened_at(), whose.lifetime)
    if whose.customer_id is not None and not (state.lines or state.is_currency_chosen):
        currency = offers.preferred_currency(whose.customer_id)
        return replace(state, customer_id=whose.customer_id, currency=currency), version
    return state, version


def change(whose: Whose, verb: Verb, key: str | None = None, currency: str | None = None) -> None:
    """Lets something happen to a cart; where others change it meanwhile, decides again on what it then is.

    `currency` is the one that an empty cart of a customer is to be in; absent, it stays in the one it is in.
    """
    at = call_context.happened_at()

    def decision(state: domain.CartState) -> list[Any]:
        wanted = currency or state.currency or settings.CURRENCIES[0]
        begun = domain.begin(state, whose.customer_id, wanted, at, whose.lifetime)
        for event in begun:
            state = domain.evolve(state, event)
        made = verb(domain.as_of(state, at, whose.lifetime), at)
        return [*begun, *made] if made else []

    decide(whose.cart_id, decision, key)


def decide(cart_id: str, decision: Callable[[domain.CartState], Sequence[Any]], key: str | None = None) -> int:
    """Decides on a cart; gives how many events that made. Raises rpc.Unavailable where other processes won every race."""
    decided = record(cart_id, decision, key)
    return 0 if decided.repeated else len(decided.recorded)


def record(
    cart_id: str, decision: Callable[[domain.CartState], Sequence[Any]], key: str | None = None
) -> events.Decided[domain.CartState]:
    """As `decide`; gives what was recorded, now or when the key was first used."""
    try:
        return carts.decide(cart_id, decision, key)
    except events.Conflict as conflict:
        raise rpc.Unavailable("The cart is being changed by many at once; send the same again.") from conflict


def show(whose: Whose) -> cart.Cart:
    """A cart, priced and checked for availability at this moment."""
    state, version = load(whose)
    now = call_context.happened_at()
    used_at = state.used_at if state.lines else now
    found, priced = offers.of(list(state.lines), state.currency)
    expires_at = used_at + whose.lifetime
    return domain.show(whose.cart_id, state, version, found, expires_at, priced=priced, charges=offers.charges)


def require_key(key: str | None) -> None:
    """Raises InvalidInput for an idempotency key that is none."""
    if key is not None and not (1 <= len(key) <= LONGEST_KEY and key.isprintable()):
        raise common.InvalidInput(message=f"A key has 1 to {LONGEST_KEY} printable characters.", field="key")
