"""Check-outs: places the orders of carts that were checked out, if that was interrupted."""

import contextlib

from apps.orders.service import checkout, closings, placing, streams
from idl import cart, common, orders
from thriftshop import call_context, events, rpc

KINDS = frozenset({"CartCheckedOut"})


def finish(record: events.Recorded) -> None:
    """Place the order of a checked out cart for its buyer, unless it is placed already."""
    done = record.event
    if done.placement is None:
        return
    try:
        # If the buyer is being erased, the order is recorded and cancelled at once.
        with call_context.using(caller=record.actor), contextlib.suppress(common.Forbidden):
            _place(done.order_id, checkout.decode(done.placement))
    except orders.IdempotencyConflict:
        # The key was used concurrently for another order, which was placed.
        rpc.connect(cart.CartService).put_back(record.stream, done.order_id)


def _place(order_id: str, placed: orders.OrderPlaced) -> None:
    state, _ = streams.ORDERS.load_known(order_id)
    if state.exists and state.fingerprint == placed.fingerprint:
        closings.cancel_if_closed(order_id, placed.customer_id)
    else:
        placing.record(order_id, placed)
