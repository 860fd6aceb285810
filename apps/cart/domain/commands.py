"""Commands on a cart: events or a refusal."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from apps.cart.domain import capacity
from apps.cart.domain.merging import merged_line
from apps.cart.domain.pricing import Prices
from apps.cart.domain.state import (
    CHOSEN,
    EMPTY,
    ERASED,
    EXPIRED,
    MAX_LINES,
    MAX_QUANTITY,
    SETTING,
    CartState,
    evolve,
    is_expired,
)
from idl import cart, common
from thriftshop import skus

MAX_ITEMS = 10_000


def open_guest(currency: str, at: int) -> list[Any]:
    """Open a guest's cart."""
    return [cart.CartOpened(currency=currency, at=at)]


def begin(state: CartState, customer_id: str | None, currency: str, at: int, lifetime: int) -> list[Any]:
    """The events before any command: the first use opens a customer's cart, use after it expired empties it.

    An empty cart takes the `currency` of the customer's setting, unless another was chosen for it.
    """
    if not state.opened:
        return [cart.CartOpened(customer_id=customer_id, currency=currency, at=at)]
    expiry = expire(state, at, lifetime)
    is_empty = not state.lines or bool(expiry)
    if customer_id is None or not is_empty or state.is_currency_chosen or currency == state.currency:
        return expiry
    return [*expiry, cart.CurrencySet(currency=currency, lines=[], reason=SETTING, at=at)]


def set_currency(state: CartState, currency: str, prices: Prices, at: int) -> list[Any]:
    """Price the cart in another currency; lines without a price in it stay, without a price."""
    if state.currency == currency and (state.lines or state.is_currency_chosen):
        return []
    lines = [
        cart.MergedLine(sku=sku, quantity=line.quantity, unit_price=prices.of(sku, currency), added_at=line.added_at)
        for sku, line in state.lines.items()
    ]
    return [cart.CurrencySet(currency=currency, lines=lines, reason=CHOSEN, at=at)]


def expire(state: CartState, now: int, lifetime: int) -> list[Any]:
    """Empty a cart that has expired."""
    if state.lines and is_expired(state, now, lifetime):
        return [cart.CartCleared(reason=EXPIRED, at=now)]
    return []


def add(state: CartState, item: cart.CartItem, prices: Prices, at: int) -> list[Any]:
    """Add a quantity of a product. Raises InvalidInput if it is not on sale or the cart cannot hold it."""
    if item.sku not in prices.amounts:
        raise not_for_sale(item.sku, prices)
    return _add(state, {item.sku: item.quantity}, prices, at)


def add_many(
    state: CartState, items: Mapping[str, int], prices: Prices, at: int, *, as_fits: bool
) -> tuple[list[Any], list[cart.LeftOut]]:
    """Add many products; returns the items left out: those not on sale and, with `as_fits`, those without room."""
    accepted, left_out = capacity.for_sale(items, prices)
    if as_fits:
        accepted, without_room = capacity.with_room(state, accepted)
        left_out = [*left_out, *without_room]
    return _add(state, accepted, prices, at), left_out


def _add(state: CartState, items: Mapping[str, int], prices: Prices, at: int) -> list[Any]:
    for sku, quantity in items.items():
        present = state.lines[sku].quantity if sku in state.lines else 0
        _require_quantity(sku, present + quantity)
    _require_room(len(state.lines.keys() | items.keys()))
    return [
        cart.ItemAdded(sku=sku, quantity=quantity, unit_price=prices.of(sku, state.currency), at=at)
        for sku, quantity in items.items()
    ]


def set_quantity(state: CartState, sku: str, quantity: int, prices: Prices, at: int) -> list[Any]:
    """Set the quantity of a line; 0 removes it. Raises InvalidInput for too many, or more of a product not on sale."""
    if quantity == 0:
        return remove(state, sku, at)
    _require_quantity(sku, quantity)
    line = state.lines.get(sku)
    if sku not in prices.amounts and (line is None or quantity > line.quantity):
        raise not_for_sale(sku, prices)
    _require_room(len(state.lines.keys() | {sku}))
    price = prices.of(sku, state.currency)
    if line and line.quantity == quantity and (price is None or price.amount == line.unit_price):
        return []
    return [cart.QuantitySet(sku=sku, quantity=quantity, unit_price=price, at=at)]


def remove(state: CartState, sku: str, at: int) -> list[Any]:
    """Remove a line, if there is one."""
    return [cart.ItemRemoved(sku=sku, at=at)] if sku in state.lines else []


def clear(state: CartState, reason: str, at: int) -> list[Any]:
    """Remove all lines."""
    return [cart.CartCleared(reason=reason, at=at)] if state.lines else []


def erase(state: CartState, at: int) -> list[Any]:
    """Remove all lines of an erased customer permanently: they are not restored later."""
    return [cart.CartCleared(reason=ERASED, at=at)] if state.opened and not state.erased else []


def check_out(state: CartState, version: int, order: cart.Checkout, at: int) -> list[Any]:
    """Remove an order's items from the cart as of a version. Items added since stay.

    Raises CartChanged if anything else has changed since.
    """
    quantities = {sku: line.quantity for sku, line in state.lines.items()}
    is_complete = all(quantities.get(item.sku, 0) >= item.quantity for item in order.lines)
    if not (order.lines and is_complete and state.sellable_since <= version <= state.version):
        raise cart.CartChanged(message="The cart has changed since. Review it and try again.", version=state.version)
    return [cart.CartCheckedOut(order_id=order.order_id, lines=order.lines, at=at, placement=order.placement)]


def remove_ordered(state: CartState, order_id: str, ordered: Sequence[cart.CartItem], at: int) -> list[Any]:
    """Remove items that were ordered without a check-out, as far as they are in the cart."""
    return [cart.CartCheckedOut(order_id=order_id, lines=list(ordered), at=at)] if state.opened else []


def checked_out_lines(events: Iterable[Any], order_id: str) -> list[cart.MergedLine]:
    """The lines that an order removed from a cart with these events, at most those in the cart."""
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


def restore(state: CartState, order_id: str, removed: Sequence[cart.MergedLine], at: int) -> list[Any]:
    """Restore the items of a rejected order, as far as there is room."""
    if not state.opened or state.erased:
        return []
    room = MAX_LINES - len(state.lines)
    in_cart = [line for line in removed if line.sku in state.lines]
    new = [line for line in removed if line.sku not in state.lines][:room]
    lines = [line for line in (_within_limit(state, line, at) for line in [*in_cart, *new]) if line.quantity > 0]
    return [cart.CartRestored(order_id=order_id, lines=lines, at=at)] if lines else []


def _within_limit(state: CartState, line: cart.MergedLine, at: int) -> cart.MergedLine:
    present = state.lines[line.sku].quantity if line.sku in state.lines else 0
    price = line.unit_price if line.unit_price and line.unit_price.currency == state.currency else None
    return cart.MergedLine(
        sku=line.sku, quantity=min(line.quantity, MAX_QUANTITY - present), unit_price=price, added_at=at
    )


# -- conditions ----------------------------------------------------------------------------------


def totals(items: Sequence[cart.CartItem], *, as_fits: bool = False) -> dict[str, int]:
    """The items as quantities by SKU, in the order given. Raises InvalidInput for an invalid item.

    With `as_fits` they may exceed what a cart can hold.
    """
    maximum = MAX_ITEMS if as_fits else MAX_LINES
    if not 1 <= len(items) <= maximum:
        raise common.InvalidInput(message=f"Add 1 to {maximum:,} items at a time, not {len(items):,}.", field="items")
    quantities: dict[str, int] = {}
    for item in items:
        require_sku(item.sku)
        _require_quantity(item.sku, min(item.quantity, MAX_QUANTITY) if as_fits else item.quantity)
        quantities[item.sku] = quantities.get(item.sku, 0) + item.quantity
    return quantities


def require_sku(sku: str) -> None:
    """Raise InvalidInput for an invalid SKU."""
    skus.check(sku, "sku")


def not_for_sale(sku: str, prices: Prices) -> common.InvalidInput:
    """The refusal to add a product that cannot be bought."""
    if sku in prices.on_sale:
        return common.InvalidInput(
            message=f"{sku} has no price in {prices.currency}; set another currency for the cart.", field="sku"
        )
    return common.InvalidInput(message=f"{sku} is not on sale.", field="sku")


def _require_quantity(sku: str, quantity: int) -> None:
    if not 1 <= quantity <= MAX_QUANTITY:
        raise common.InvalidInput(
            message=f"{quantity:,} of {sku}: a cart can hold 1 to {MAX_QUANTITY} of one product.", field="quantity"
        )


def _require_room(lines: int) -> None:
    if lines > MAX_LINES:
        raise common.InvalidInput(
            message=f"That would be {lines} lines; a cart can hold {MAX_LINES}. Buy or remove some first.",
            field="sku",
        )
