"""Checking out carts for orders, and restoring the items of rejected orders."""

from collections.abc import Sequence
from typing import Any

from apps.cart import domain
from apps.cart.service import carts, following
from idl import cart, common
from thriftshop import call_context


def check_out(
    ref: cart.CartRef, version: int, lines: Sequence[cart.CartItem], order_id: str, placement: bytes
) -> cart.Checkout:
    """Remove what an order buys from the cart as of a version; returns what was recorded first for this order.

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
    """Remove from a cart what was ordered without a check-out, once per order."""
    at = call_context.happened_at()
    items = _items(lines)
    carts.decide(cart_id, lambda state: domain.remove_ordered(state, order_id, items, at), _key(order_id))


def put_back(cart_id: str, order_id: str) -> None:
    """Restore a cart after an order that was never placed. Raises NotFound for an unknown cart."""
    require_cart(cart_id)
    restore(cart_id, order_id)


def restore(cart_id: str, order_id: str) -> None:
    """Add to a cart what a rejected order had taken out of it, once per order.

    If the guest's cart was merged into a customer's meanwhile, the items are passed on to that one.
    """
    history = [record.event for record in carts.carts.history(cart_id)]
    goods = domain.taken(history, order_id)
    if not goods:
        return
    merges = domain.merges_before(history, order_id)
    state, _ = carts.carts.load(cart_id)

    def restored(now: domain.CartState, at: int) -> list[Any]:
        back = domain.restore(now, order_id, goods, at)
        since = now.handed_over[merges:]
        return [*back, *_passed_on(now, back[0], since[-1].customer_id, at)] if back and since else back

    carts.change(carts.Owner(cart_id, state.customer_id), restored, f"put_back:{order_id}")


def _passed_on(state: domain.CartState, back: cart.CartRestored, customer_id: str, at: int) -> list[Any]:
    """Hand restored items over to a customer's cart, unless the customer was erased. A reaction finishes it."""
    customers = carts.of_customer(customer_id)
    into = domain.as_of(carts.carts.load(customers.cart_id)[0], at, customers.lifetime)
    return [] if into.erased else domain.pass_on(state, back, customer_id, into.lines, following.strategy(), at)


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
