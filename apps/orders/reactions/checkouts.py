"""Check-outs: a cart that was checked out becomes its order, also where whoever began that was stopped."""

import contextlib

from apps.orders.service import checkout, placing
from idl import cart, common, orders
from thriftshop import call_context, events, rpc


def finish(record: events.Recorded) -> None:
    """Places the order that a cart was checked out for, in the buyer's name, unless it is placed already."""
    done = record.event
    if done.placement is None:
        return
    try:
        # Where the buyer is being erased, the order is recorded and cancelled at once.
        with call_context.using(caller=record.actor), contextlib.suppress(common.Forbidden):
            placing.record(done.order_id, checkout.decode(done.placement))
    except orders.IdempotencyConflict:
        # The same key was used for another order at the same moment, and that one was placed.
        rpc.connect(cart.CartService).put_back(record.stream, done.order_id)
