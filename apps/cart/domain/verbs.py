"""What may be done with a cart: the events that follow, or a refusal."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from apps.cart.domain import fitting
from apps.cart.domain.merging import merged_line
from apps.cart.domain.pricing import Prices
from apps.cart.domain.state import (
    CHOSEN,
    EMPTY,
    ERASED,
    EXPIRED,
    LARGEST_QUANTITY,
    MOST_LINES,
    SETTING,
    CartState,
    evolve,
    lapsed,
)
from idl import cart, common
from thriftshop import skus

MOST_ITEMS = 10_000


def open_guest(currency: str, at: int) -> list[Any]:
    """A guest's cart is opened."""
    return [cart.CartOpened(currency=currency, at=at)]


def begin(state: CartState, customer_id: str | None, currency: str, at: int, lifetime: int) -> list[Any]:
    """What must happen before anything else: a customer's first use opens the cart, use after it lapsed empties it.

    `currency` is the one that the customer's setting names: a cart that is empty follows it, unless another was chosen.
    """
    if not state.opened:
        return [cart.CartOpened(customer_id=customer_id, currency=currency, at=at)]
    lapsing = lapse(state, at, lifetime)
    is_free = not state.lines or bool(lapsing)
    if customer_id is None or not is_free or state.is_currency_chosen or currency == state.currency:
        return lapsing
    return [*lapsing, cart.CurrencySet(currency=currency, lines=[], reason=SETTING, at=at)]


def set_currency(state: CartState, currency: str, prices: Prices, at: int) -> list[Any]:
    """The cart is priced in another currency; what has no price in it stays in it without one."""
    if state.currency == currency and (state.lines or state.is_currency_chosen):
        return []
    lines = [
        cart.MergedLine(sku=sku, quantity=line.quantity, unit_price=prices.of(sku, currency), added_at=line.added_at)
        for sku, line in state.lines.items()
    ]
    return [cart.CurrencySet(currency=currency, lines=lines, reason=CHOSEN, at=at)]


def lapse(state: CartState, now: int, lifetime: int) -> list[Any]:
    """A cart that was not used for too long is emptied."""
    if state.lines and lapsed(state, now, lifetime):
        return [cart.CartCleared(reason=EXPIRED, at=now)]
    return []


def add(state: CartState, item: cart.CartItem, prices: Prices, at: int) -> list[Any]:
    """Some more of a product is put in. Raises InvalidInput for what is not on sale, or more than a cart can hold."""
    if item.sku not in prices.amounts:
        raise not_for_sale(item.sku, prices)
    return _put_in(state, {item.sku: item.quantity}, prices, at)


def add_many(
    state: CartState, items: Mapping[str, int], prices: Prices, at: int, *, as_fits: bool
) -> tuple[list[Any], list[cart.LeftOut]]:
    """As `add` for many, and what was left out: what cannot be bought, and where `as_fits` what there is no room for."""
    wanted, left = fitting.for_sale(items, prices)
    if as_fits:
        wanted, without_room = fitting.with_room(state, wanted)
        left = [*left, *without_room]
    return _put_in(state, wanted, prices, at), left


def _put_in(state: CartState, items: Mapping[str, int], prices: Prices, at: int) -> list[Any]:
    for sku, quantity in items.items():
        held = state.lines[sku].quantity if sku in state.lines else 0
        _require_quantity(sku, held + quantity)
    _require_room(len(state.lines.keys() | items.keys()))
    return [
        cart.ItemAdded(sku=sku, quantity=quantity, unit_price=prices.of(sku, state.currency), at=at)
        for sku, quantity in items.items()
    ]


def set_quantity(state: CartState, sku: str, quantity: int, prices: Prices, at: int) -> list[Any]:
    """A line's quantity is set; 0 takes it out. Raises InvalidInput for more of what is not on sale, or too many."""
    if quantity == 0:
        return remove(state, sku, at)
    _require_quantity(sku, quantity)
    held = state.lines.get(sku)
    if sku not in prices.amounts and (held is None or quantity > held.quantity):
        raise not_for_sale(sku, prices)
    _require_room(len(state.lines.keys() | {sku}))
    price = prices.of(sku, state.currency)
    if held and held.quantity == quantity and (price is None or price.amount == held.unit_price):
        return []
    return [cart.QuantitySet(sku=sku, quantity=quantity, unit_price=price, at=at)]


def remove(state: CartState, sku: str, at: int) -> list[Any]:
    """A line is taken out; what is not in stays out."""
    return [cart.ItemRemoved(sku=sku, at=at)] if sku in state.lines else []


def clear(state: CartState, reason: str, at: int) -> list[Any]:
    """All lines are taken out."""
    return [cart.CartCleared(reason=reason, at=at)] if state.lines else []


def erase(state: CartState, at: int) -> list[Any]:
    """All lines of a customer who is erased are taken out, and nothing of theirs comes back later."""
    return [cart.CartCleared(reason=ERASED, at=at)] if state.opened and not state.erased else []


def check_out(state: CartState, version: int, order: cart.Checkout, at: int) -> list[Any]:
    """What an order buys leaves the cart as it was at a version; what was put in since stays.

    Raises CartChanged where more than that has happened since: it was bought, emptied or changed.
    """
    held = {sku: line.quantity for sku, line in state.lines.items()}
    there = all(held.get(item.sku, 0) >= item.quantity for item in order.lines)
    if not (order.lines and there and state.sellable_since <= version <= state.version):
        raise cart.CartChanged(message="The cart was changed meanwhile; look at it again.", version=state.version)
    return [cart.CartCheckedOut(order_id=order.order_id, lines=order.lines, at=at, placement=order.placement)]


def let_go(state: CartState, order_id: str, ordered: Sequence[cart.CartItem], at: int) -> list[Any]:
    """What was ordered without a check-out leaves the cart, as far as it is in it; what was put in since stays."""
    return [cart.CartCheckedOut(order_id=order_id, lines=list(ordered), at=at)] if state.opened else []


def taken(events: Iterable[Any], order_id: str) -> list[cart.MergedLine]:
    """What an order took out of a cart to which these events happened: no more than was in it."""
    state = EMPTY
    for event in events:
        if isinstance(event, cart.CartCheckedOut) and event.order_id == order_id:
            return [
                merged_line(item.sku, replace(line, quantity=min(item.quantity, line.quantity)), state.currency)
                for item in event.lines
                if (line := state.lines.get(item.sku))
            ]
        state = evolve(state, event)
    return []


def put_back(state: CartState, order_id: str, goods: Sequence[cart.MergedLine], at: int) -> list[Any]:
    """What an order that could not be confirmed had taken out comes back, as far as there is room."""
    if not state.opened or state.erased:
        return []
    room = MOST_LINES - len(state.lines)
    known = [one for one in goods if one.sku in state.lines]
    new = [one for one in goods if one.sku not in state.lines][:room]
    lines = [one for one in (_fitting(state, one, at) for one in [*known, *new]) if one.quantity > 0]
    return [cart.CartRestored(order_id=order_id, lines=lines, at=at)] if lines else []


def _fitting(state: CartState, back: cart.MergedLine, at: int) -> cart.MergedLine:
    held = state.lines[back.sku].quantity if back.sku in state.lines else 0
    price = back.unit_price if back.unit_price and back.unit_price.currency == state.currency else None
    return cart.MergedLine(
        sku=back.sku, quantity=min(back.quantity, LARGEST_QUANTITY - held), unit_price=price, added_at=at
    )


# -- what verbs require ---------------------------------------------------------------------------


def totals(items: Sequence[cart.CartItem], *, as_fits: bool = False) -> dict[str, int]:
    """The items as quantities by SKU, in the order given. Raises InvalidInput for one that cannot be.

    With `as_fits` they may be more than a cart can hold.
    """
    most = MOST_ITEMS if as_fits else MOST_LINES
    if not 1 <= len(items) <= most:
        raise common.InvalidInput(message=f"Put in 1 to {most:,} items at once, not {len(items):,}.", field="items")
    found: dict[str, int] = {}
    for item in items:
        require_sku(item.sku)
        _require_quantity(item.sku, min(item.quantity, LARGEST_QUANTITY) if as_fits else item.quantity)
        found[item.sku] = found.get(item.sku, 0) + item.quantity
    return found


def require_sku(sku: str) -> None:
    """Raises InvalidInput unless this can be a SKU."""
    skus.check(sku, "sku")


def not_for_sale(sku: str, prices: Prices) -> common.InvalidInput:
    """The refusal to put in what cannot be bought."""
    if sku in prices.on_sale:
        return common.InvalidInput(
            message=f"{sku} has no price in {prices.currency}; set another currency for the cart.", field="sku"
        )
    return common.InvalidInput(message=f"{sku} is not on sale.", field="sku")


def _require_quantity(sku: str, quantity: int) -> None:
    if not 1 <= quantity <= LARGEST_QUANTITY:
        raise common.InvalidInput(
            message=f"{quantity:,} of {sku}: a cart can hold 1 to {LARGEST_QUANTITY} of one product.", field="quantity"
        )


def _require_room(lines: int) -> None:
    if lines > MOST_LINES:
        raise common.InvalidInput(
            message=f"That would be {lines} lines; a cart can hold {MOST_LINES}. Buy or take out some first.",
            field="sku",
        )
