"""A cart's state, and the effect of each event."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from idl import cart

MAX_QUANTITY = 999
MAX_LINES = 100
EXPIRED = "expired"
ERASED = "erased"
CHOSEN = "chosen"
SETTING = "setting"
# Any other event makes earlier views of the cart outdated: they cannot be ordered.
ADDITIONS = (cart.ItemAdded, cart.CartRestored)


@dataclass(frozen=True, slots=True)
class Line:
    """A quantity of one product. `unit_price` is its price when it was added, in minor units of the cart's currency."""

    quantity: int
    unit_price: int | None
    added_at: int  # milliseconds


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The `number`th hand-over of a guest's cart to a customer's: the lines, their currency, and the items left."""

    number: int
    customer_id: str
    currency: str
    lines: Mapping[str, Line]
    left: tuple[cart.CartItem, ...] = ()


@dataclass(frozen=True, slots=True)
class CartState:
    """A cart. `lines` is in the order of addition and never changed in place.

    `version` is the number of its events. Since version `sellable_since` items were only added, so a view of the cart
    from then on can be ordered. `is_currency_chosen`: the currency was chosen for this cart and overrides the customer's
    setting. `is_awaiting`: items were ordered since the cart was last handed over, and may be restored.
    """

    opened: bool = False
    customer_id: str | None = None
    currency: str = ""
    lines: Mapping[str, Line] = field(default_factory=dict)
    used_at: int = 0  # milliseconds
    notice: cart.MergeNotice | None = None
    handed_over: tuple[HandedOver, ...] = ()
    version: int = 0
    sellable_since: int = 0
    erased: bool = False
    is_currency_chosen: bool = False
    is_awaiting: bool = False


EMPTY = CartState()


def evolve(state: CartState, event: Any) -> CartState:
    """The state after an event. Raises LookupError for an unknown one."""
    try:
        change = _CHANGES[type(event)]
    except KeyError:
        raise LookupError(f"The cart has no event {type(event).__name__}.") from None
    version = state.version + 1
    since = state.sellable_since if isinstance(event, ADDITIONS) else version
    changed = change(state, event)
    chosen = changed.is_currency_chosen and bool(changed.lines or isinstance(event, cart.CurrencySet))
    return replace(changed, version=version, sellable_since=since, is_currency_chosen=chosen)


def is_expired(state: CartState, now: int, lifetime: int) -> bool:
    """Whether a cart was last used longer ago than its lifetime (milliseconds)."""
    return state.opened and state.used_at + lifetime <= now


def as_of(state: CartState, now: int, lifetime: int) -> CartState:
    """The current state: empty if the cart has expired."""
    return replace(state, lines={}, notice=None, is_awaiting=False) if is_expired(state, now, lifetime) else state


def _opened(state: CartState, event: cart.CartOpened) -> CartState:
    return CartState(True, event.customer_id, event.currency, {}, event.at)


def _added(state: CartState, event: cart.ItemAdded) -> CartState:
    before = state.lines.get(event.sku)
    quantity = event.quantity + (before.quantity if before else 0)
    return _with_line(state, event, quantity)


def _set(state: CartState, event: cart.QuantitySet) -> CartState:
    return _with_line(state, event, event.quantity)


def _with_line(state: CartState, event: cart.ItemAdded | cart.QuantitySet, quantity: int) -> CartState:
    before = state.lines.get(event.sku)
    price = event.unit_price.amount if event.unit_price is not None else before.unit_price if before else None
    line = Line(quantity, price, before.added_at if before else event.at)
    return _used(state, {**state.lines, event.sku: line}, event.at)


def _removed(state: CartState, event: cart.ItemRemoved) -> CartState:
    return _used(state, {sku: line for sku, line in state.lines.items() if sku != event.sku}, event.at)


def _cleared(state: CartState, event: cart.CartCleared) -> CartState:
    lines = {} if event.lines is None else without(state.lines, event.lines)
    if event.customer_id is not None:
        state = _hand_over(state, event)
    if event.reason == ERASED:
        state = replace(state, erased=True)
    # Expiry does not count as use.
    return _used(state, lines, state.used_at if event.reason == EXPIRED else event.at)


def _hand_over(state: CartState, event: cart.CartCleared) -> CartState:
    lines = {item.sku: replace(state.lines[item.sku], quantity=item.quantity) for item in event.lines or ()}
    hand_over = HandedOver(
        len(state.handed_over) + 1, str(event.customer_id), state.currency, lines, tuple(event.left or ())
    )
    return replace(state, handed_over=(*state.handed_over, hand_over), is_awaiting=False)


def _merged(state: CartState, event: cart.CartMerged) -> CartState:
    lines = _lines(event.lines)
    brought = {item.sku for item in event.brought}
    notice = cart.MergeNotice(
        merged_at=event.at,
        strategy=event.strategy,
        lines=[cart.CartItem(sku=sku, quantity=line.quantity) for sku, line in lines.items() if sku in brought],
        left=event.left,
    )
    return replace(_used(state, lines, event.at), currency=event.currency, notice=notice)


def _lines(merged: Sequence[cart.MergedLine]) -> dict[str, Line]:
    return {
        line.sku: Line(line.quantity, line.unit_price.amount if line.unit_price else None, line.added_at)
        for line in merged
    }


def _checked_out(state: CartState, event: cart.CartCheckedOut) -> CartState:
    return replace(_used(state, without(state.lines, event.lines), event.at), is_awaiting=True)


def _restored(state: CartState, event: cart.CartRestored) -> CartState:
    lines = dict(state.lines)
    for restored in event.lines:
        line = lines.get(restored.sku)
        price = restored.unit_price.amount if restored.unit_price else None
        lines[restored.sku] = (
            replace(line, quantity=line.quantity + restored.quantity)
            if line
            else Line(restored.quantity, price, restored.added_at)
        )
    return _used(state, lines, event.at)


def _currency_set(state: CartState, event: cart.CurrencySet) -> CartState:
    lines = _lines(event.lines)
    used = _used(state, lines, event.at)
    return replace(used, currency=event.currency, is_currency_chosen=event.reason == CHOSEN)


def _used(state: CartState, lines: Mapping[str, Line], at: int) -> CartState:
    return replace(state, lines=lines, used_at=max(state.used_at, at), notice=None)


def without(lines: Mapping[str, Line], items: Sequence[cart.CartItem]) -> Mapping[str, Line]:
    """The lines without these items."""
    removed = {item.sku: item.quantity for item in items}
    remaining = {sku: replace(line, quantity=line.quantity - removed.get(sku, 0)) for sku, line in lines.items()}
    return {sku: line for sku, line in remaining.items() if line.quantity > 0}


_CHANGES: dict[type, Callable[[CartState, Any], CartState]] = {
    cart.CartOpened: _opened,
    cart.ItemAdded: _added,
    cart.QuantitySet: _set,
    cart.ItemRemoved: _removed,
    cart.CartCleared: _cleared,
    cart.CartMerged: _merged,
    cart.CartCheckedOut: _checked_out,
    cart.CartRestored: _restored,
    cart.CurrencySet: _currency_set,
}
