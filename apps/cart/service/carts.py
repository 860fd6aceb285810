"""Finding, changing and showing carts."""

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
MAX_KEY_LENGTH = 100

carts: events.Decider[domain.CartState] = events.Decider("cart", domain.EMPTY, domain.evolve)

Command = Callable[[domain.CartState, int], Sequence[Any]]
"""A command on a cart's state at a moment."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A cart's id and its customer, None for a guest's."""

    cart_id: str
    customer_id: str | None

    @property
    def lifetime(self) -> int:
        """The milliseconds after which the unused cart expires."""
        return lifetime(self.customer_id)


def lifetime(customer_id: str | None) -> int:
    """The milliseconds after which an unused cart expires: later for customers than for guests."""
    if customer_id is None:
        return int(settings.CART_LIFETIME_DAYS) * DAY
    return int(settings.CART_CUSTOMER_LIFETIME_DAYS) * DAY


def guest_cart_id(token: str) -> str:
    """The id of the cart of a token, which is not stored and cannot be derived from the id."""
    return "guest-" + hashlib.sha256(token.encode()).hexdigest()[:40]


def of_customer(user_id: str) -> Owner:
    """The customer's cart."""
    return Owner(f"customer-{user_id}", user_id)


def find(ref: cart.CartRef) -> Owner:
    """The cart of a token, or else of the viewer. Raises NotFound, Unauthenticated."""
    if ref.token is None:
        return of_customer(identity.require_viewer().id)
    owner = Owner(guest_cart_id(ref.token), None)
    if not _is_open(owner):
        raise common.NotFound(message="There is no such cart. Open a new one.", kind="cart")
    return owner


def _is_open(owner: Owner) -> bool:
    # Opened carts stay open: what this process knew last is enough.
    return carts.load_known(owner.cart_id)[0].opened or carts.load(owner.cart_id)[0].opened


def open_guest(currency: str) -> tuple[str, Owner]:
    """Open a guest's cart; returns its token, which is not stored, and the cart. Raises InvalidInput for an unknown currency."""
    code = money.accepted(currency, settings.CURRENCIES, "currency")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    owner = Owner(guest_cart_id(token), None)
    at = call_context.happened_at()
    decide(owner.cart_id, lambda state: domain.open_guest(code, at) if not state.opened else [])
    return token, owner


def load(owner: Owner) -> tuple[domain.CartState, int]:
    """A cart's current state and version; one that was never used or has expired is empty.

    An empty cart has the currency of its customer's setting, unless another was chosen for it.
    """
    return _current(owner, *carts.load(owner.cart_id))


def load_known(owner: Owner) -> tuple[domain.CartState, int]:
    """As `load`, as this process last knew the cart: other processes may have changed it since."""
    return _current(owner, *carts.load_known(owner.cart_id))


def _current(owner: Owner, state: domain.CartState, version: int) -> tuple[domain.CartState, int]:
    state = domain.as_of(state, call_context.happened_at(), owner.lifetime)
    if owner.customer_id is not None and not (state.lines or state.is_currency_chosen):
        currency = offers.preferred_currency(owner.customer_id)
        return replace(state, customer_id=owner.customer_id, currency=currency), version
    return state, version


def change(
    owner: Owner, command: Command, key: str | None = None, currency: str | None = None
) -> tuple[domain.CartState, int]:
    """Apply a command to a cart; on concurrent changes it is repeated on the new state. Returns the state and version after it.

    `currency` is used for an empty cart of a customer; without it the currency stays.
    """
    at = call_context.happened_at()

    def decision(state: domain.CartState) -> list[Any]:
        used = currency or state.currency or settings.CURRENCIES[0]
        preparation = domain.begin(state, owner.customer_id, used, at, owner.lifetime)
        for event in preparation:
            state = domain.evolve(state, event)
        decided = command(domain.as_of(state, at, owner.lifetime), at)
        return [*preparation, *decided] if decided else []

    decided = record(owner.cart_id, decision, key)
    return decided.state, decided.version


def decide(cart_id: str, decision: Callable[[domain.CartState], Sequence[Any]], key: str | None = None) -> int:
    """Decide on a cart; returns the number of new events. Raises rpc.Unavailable if other processes kept changing it."""
    decided = record(cart_id, decision, key)
    return 0 if decided.repeated else len(decided.recorded)


def record(
    cart_id: str, decision: Callable[[domain.CartState], Sequence[Any]], key: str | None = None
) -> events.Decided[domain.CartState]:
    """As `decide`; returns what was recorded now or when the key was first used."""
    try:
        return carts.decide(cart_id, decision, key)
    except events.Conflict as conflict:
        raise rpc.Unavailable("Too many processes are changing this cart; send the same again.") from conflict


def show(
    owner: Owner, prices: domain.Prices | None = None, changed: tuple[domain.CartState, int] | None = None
) -> cart.Cart:
    """A cart with current prices, if `prices` are not those of its products, and availability.

    `changed` is its state and version, if it was just changed.
    """
    state, version = load(owner) if changed is None else _current(owner, *changed)
    now = call_context.happened_at()
    used_at = state.used_at if state.lines else now
    current, priced = offers.of(list(state.lines), state.currency, prices)
    expires_at = used_at + owner.lifetime
    return domain.show(owner.cart_id, state, version, current, expires_at, priced=priced, charges=offers.charges)


def require_key(key: str | None) -> None:
    """Raise InvalidInput for an invalid idempotency key."""
    if key is not None and not (1 <= len(key) <= MAX_KEY_LENGTH and key.isprintable()):
        raise common.InvalidInput(message=f"A key has 1 to {MAX_KEY_LENGTH} printable characters.", field="key")
