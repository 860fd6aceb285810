"""Checking out carts for orders, and restoring the items of rejected orders."""

from collections.abc import Sequence
from typing import Any

from apps.cart import domain
from apps.cart.service import carts, merging
from idl import cart, common
from thriftshop import call_context


def check_out(
    ref: cart.CartRef, version: int, lines: Sequence[cart.CartItem], order_id: str, placement: bytes
) -> cart.Checkout:
    """Remove an order's items from the cart as of a version; returns the check-out that was recorded first.

    Raises NotFound, Unauthenticated, and CartChanged if it was ordered, emptied or changed since.
    """
    owner = carts.find(ref)
    order, at = cart.Checkout(order_id=order_id, lines=list(lines), placement=placement), call_context.happened_at()
    decided = carts.record(owner.cart_id, lambda state: domain.check_out(state, version, order, at), _key(order_id))
    event = decided.recorded[0].event
    return cart.Checkout(order_id=event.order_id, lines=event.lines, placement=event.placement or b"")


def _key(order_id: str) -> str:
    return f"check_out:{order_id}"


def remove_ordered(cart_id: str, order_id: str, lines: Sequence[tuple[str, int]]) -> None:
    """Remove items that were ordered without a check-out from a cart, once per order."""
    at = call_context.happened_at()
    items = _items(lines)
    carts.decide(cart_id, lambda state: domain.remove_ordered(state, order_id, items, at), _key(order_id))


def put_back(cart_id: str, order_id: str) -> None:
    """Restore a cart after an order that was never placed. Raises NotFound for an unknown cart."""
    require_cart(cart_id)
    restore(cart_id, order_id)


def restore(cart_id: str, order_id: str) -> None:
    """Restore the items that a rejected order removed from a cart, once per order.

    If the guest's cart was merged into a customer's meanwhile, the items are handed over to that one.
    """
    history = [record.event for record in carts.carts.history(cart_id)]
    lines = domain.checked_out_lines(history, order_id)
    if not lines:
        return
    earlier_merges = domain.merges_before(history, order_id)
    state, _ = carts.carts.load(cart_id)

    def restore_lines(state: domain.CartState, at: int) -> list[Any]:
        restored = domain.restore(state, order_id, lines, at)
        later_merges = state.handed_over[earlier_merges:]
        if not (restored and later_merges):
            return restored
        return [*restored, *_hand_over_restored(state, restored[0], later_merges[-1].customer_id, at)]

    carts.change(carts.Owner(cart_id, state.customer_id), restore_lines, f"put_back:{order_id}")


def _hand_over_restored(state: domain.CartState, restored: cart.CartRestored, customer_id: str, at: int) -> list[Any]:
    """Hand restored items over to a customer's cart, unless the customer was erased. A reaction finishes the merge."""
    owner = carts.of_customer(customer_id)
    target = domain.as_of(carts.carts.load(owner.cart_id)[0], at, owner.lifetime)
    if target.erased:
        return []
    return domain.hand_over_restored(state, restored, customer_id, target.lines, merging.strategy(), at)


def require_cart(cart_id: str) -> None:
    """Raise NotFound if no cart was ever opened under this id."""
    state, _ = carts.carts.load(cart_id)
    if not state.opened:
        raise common.NotFound(message="There is no such cart.", kind="cart", id=cart_id[:64])


def _items(lines: Sequence[tuple[str, int]]) -> list[cart.CartItem]:
    """The lines of an order as items, one per SKU."""
    totals: dict[str, int] = {}
    for sku, quantity in lines:
        totals[sku] = totals.get(sku, 0) + quantity
    return [cart.CartItem(sku=sku, quantity=quantity) for sku, quantity in totals.items()]
