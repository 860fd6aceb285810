"""Reactions of carts: items of orders are removed or restored, merges finished, carts of erased customers emptied."""

from apps.cart.service import checkout, merging
from idl import orders
from thriftshop import events

PLACED, CLEARED = frozenset({"OrderPlaced"}), frozenset({"CartCleared"})


def follow_order(record: events.Recorded) -> None:
    """Restore the items of a rejected order.

    An order placed without a check-out, as before carts were checked out first, removes its items now.
    """
    order = record.event
    if not order.cart_id:
        return
    if isinstance(order, orders.OrderRejected):
        checkout.restore(order.cart_id, record.stream)
    elif order.cart_version is None:
        checkout.remove_ordered(order.cart_id, record.stream, [(line.sku, line.quantity) for line in order.lines])


def finish_merge(record: events.Recorded) -> None:
    """Finish a merge that was interrupted after the guest's cart was handed over."""
    if record.event.customer_id is not None:
        merging.receive(record.stream, record.event.customer_id)


def erase(record: events.Recorded) -> None:
    """Empty the cart of an erased customer."""
    merging.erase(record.event.id)


REACTIONS = [
    events.Reaction("cart.checkout", "orders", follow_order, PLACED | {"OrderRejected"}, unhurried=PLACED),
    events.Reaction("cart.merging", "cart", finish_merge, CLEARED, unhurried=CLEARED),
    events.Reaction("cart.erasure", "users", erase, kinds=frozenset({"UserErased"})),
]
JOBS = [events.Job("cart.lapsed", 3600, merging.sweep)]
