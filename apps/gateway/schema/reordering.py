"""Reordering: adds the items of an order to a cart."""

from apps.gateway import loaders
from apps.gateway.schema import carts
from apps.gateway.schema import orders as orders_schema
from apps.gateway.schema.types import types
from idl import cart, common, orders
from thriftshop.graphql import global_ids
from thriftshop.graphql.mutations import mutation
from thriftshop.graphql.requests import Context, Input, Payload


async def _order(context: Context, order_id: str, guest: orders.GuestAccess | None) -> orders.Order | None:
    """The order with this id, if the viewer or the guest may see it."""
    if guest is None:
        return await loaders.order(context, order_id)
    matching = await orders_schema.service.get_orders([order_id], guest)
    return matching[0] if matching else None


async def _all_lines(order: orders.Order) -> list[orders.OrderLine]:
    """All lines of an order, including those that a large order returns separately."""
    lines = list(order.lines)
    while lines and len(lines) < (order.line_count or 0):
        page = await orders_schema.service.get_order_lines(order.id, lines[-1].number, 1_000)
        if not page:
            break
        lines += page
    return lines


async def reorder(context: Context, arguments: Input) -> Payload:
    """Add the items of an order to a cart: all of a cancelled order, otherwise those that were not cancelled."""
    order_id = global_ids.decode("Order", arguments["id"])
    order = await _order(context, order_id, orders_schema.guest_of(arguments))
    if order is None:
        raise common.NotFound(message="There is no such order.", kind="order", id=order_id)
    is_whole = order.status == orders.OrderStatus.CANCELLED
    items = [
        cart.CartItem(sku=line.sku, quantity=quantity)
        for line in await _all_lines(order)
        if (quantity := line.quantity if is_whole else line.quantity - line.cancelled)
    ]
    return carts.filled(await carts.service.add_items(carts.ref(arguments), items, arguments.get("key"), True))


MUTATIONS = {
    "reorder": mutation(
        types,
        "Reorder",
        (cart.CartService, "add_items"),
        reorder,
        success={**carts.CART, **carts.LEFT_OUT},
        arguments={**orders_schema.ID, **carts.TOKEN, **carts.KEY, **orders_schema.GUEST},
        description="Adds the items of an order to a cart at today's prices. Items that cannot be bought, or do not fit, are"
        " listed in `leftOut`.",
    ),
}
