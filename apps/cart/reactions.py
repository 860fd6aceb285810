"""What the carts do when something happens: an order takes its goods out, a merge is finished, the erased leave nothing."""

from apps.cart import service
from thriftshop import events


def check_out(record: events.Recorded) -> None:
    """What was ordered from a cart leaves it."""
    placed = record.event
    if placed.cart_id:
        ordered = service.ordered_items([(line.sku, line.quantity) for line in placed.lines])
        service.check_out(placed.cart_id, record.stream, ordered)


def finish_merge(record: events.Recorded) -> None:
    """What a guest's cart let go for a customer's goes in there, also where whoever began that was stopped."""
    if record.event.customer_id is not None:
        service.take_in(record.stream, record.event.customer_id)


def forget(record: events.Recorded) -> None:
    """A customer whose data was erased has nothing in their cart."""
    service.forget(record.event.id)


REACTIONS = [
    events.Reaction("cart.checkout", "orders", check_out, kinds=frozenset({"OrderPlaced"})),
    events.Reaction("cart.merging", "cart", finish_merge, kinds=frozenset({"CartCleared"})),
    events.Reaction("cart.erasure", "users", forget, kinds=frozenset({"UserErased"})),
]
SWEEPS = [events.Sweep("cart.lapsed", 3600, service.sweep)]
