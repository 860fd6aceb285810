"""What the carts do when something happens: an order takes its goods out, a merge is finished, the erased leave nothing."""

from apps.cart.service import checkout, following
from idl import orders
from thriftshop import events


def follow_order(record: events.Recorded) -> None:
    """What an order took out of a cart comes back where it could not be confirmed.

    An order that was placed without a check-out, as before carts were checked out first, takes its goods out now.
    """
    order = record.event
    if not order.cart_id:
        return
    if isinstance(order, orders.OrderRejected):
        checkout.restore(order.cart_id, record.stream)
    elif order.cart_version is None:
        checkout.remove_ordered(order.cart_id, record.stream, [(line.sku, line.quantity) for line in order.lines])


def finish_merge(record: events.Recorded) -> None:
    """What a guest's cart let go for a customer's goes in there, also where whoever began that was stopped."""
    if record.event.customer_id is not None:
        following.take_in(record.stream, record.event.customer_id)


def forget(record: events.Recorded) -> None:
    """A customer whose data was erased has nothing in their cart."""
    following.forget(record.event.id)


REACTIONS = [
    events.Reaction("cart.checkout", "orders", follow_order, kinds=frozenset({"OrderPlaced", "OrderRejected"})),
    events.Reaction("cart.merging", "cart", finish_merge, kinds=frozenset({"CartCleared"})),
    events.Reaction("cart.erasure", "users", forget, kinds=frozenset({"UserErased"})),
]
JOBS = [events.Job("cart.lapsed", 3600, following.sweep)]
