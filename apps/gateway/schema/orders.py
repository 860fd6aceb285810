"""Orders: queries, and mutations to place, cancel and return them."""

from collections.abc import Sequence
from typing import cast

import graphene

from apps.gateway import flags, loaders
from apps.gateway.schema import actors, carts
from apps.gateway.schema.types import about, input_field, required, types
from idl import common, orders, users
from thriftshop import paging, rpc
from thriftshop.graphql import connections, derive, global_ids, scalars
from thriftshop.graphql.mutations import mutation
from thriftshop.graphql.requests import Context, Info, Input, Payload

ID_DESCRIPTION = "The order's id."
KEY_DESCRIPTION = "An idempotency key of 8 to 64 characters: repeating a request with the same key changes nothing."

Lines = connections.kind(lambda: types.of(orders.OrderLine), "OrderLine", plural="lines")
Orders = connections.kind(lambda: types.of(orders.Order), "Order")
Timeline = connections.kind(lambda: types.of(orders.TimelineEntry), "TimelineEntry", plural="entries")
FILTER = types.input(
    orders.OrderFilter,
    fields={"customer_id": graphene.InputField(graphene.ID, description=about(orders.OrderFilter, "customer_id"))},
)


service = rpc.aconnect(orders.OrdersService)


async def customer(order: orders.Order, info: Info) -> users.User | None:
    """Resolve `Order.customer`."""
    return await loaders.user(info.context, order.customer_id) if order.customer_id else None


async def timeline(order: orders.Order, _info: Info) -> connections.Fetch | None:
    """Resolve `Order.timeline`; null for guests."""
    try:
        entries = await service.get_timeline(order.id)
    except common.NotFound:
        return None
    return connections.of_list("timeline", entries, lambda entry: (entry.version,), (int,), order.id)


def all_lines(order: orders.Order, _info: Info) -> connections.Fetch:
    """Resolve `Order.allLines`; lines that a large order does not include are fetched from the service."""
    count = order.line_count or len(order.lines)

    async def fetch(page: common.Page) -> connections.Page:
        cursors = paging.cursors("lines", (int,), order.id)
        request = paging.read(page, cursors)
        begin = max(request.after[0], 0) + 1 if request.after else 1
        numbers = range(begin, min(request.before[0] if request.before else count + 1, count + 1))
        page_numbers, more = request.cut((numbers[::-1] if request.backward else numbers)[: request.most])
        info = request.info([cursors.encode((number,)) for number in page_numbers], more, count)
        return connections.Page(await lines(order, page_numbers), info)

    return fetch


async def lines(order: orders.Order, numbers: Sequence[int]) -> Sequence[orders.OrderLine]:
    """The lines of an order with these consecutive numbers."""
    if not numbers or numbers[-1] <= len(order.lines):
        return order.lines[numbers[0] - 1 : numbers[-1]] if numbers else []
    return await service.get_order_lines(order.id, numbers[0] - 1, len(numbers))


def find(order_filter: orders.OrderFilter) -> connections.Fetch:
    """Pages of the orders that match a filter."""

    async def fetch(page: common.Page) -> connections.Page:
        result = await service.find_orders(order_filter, page)
        return connections.Page(result.orders, result.page_info)

    return fetch


def to_filter(arguments: Input | None) -> orders.OrderFilter:
    """The contract's filter of a filter input."""
    values = dict(arguments or {})
    if values.get("customer_id"):
        values["customer_id"] = global_ids.decode("User", values["customer_id"])
    return derive.to_struct(orders.OrderFilter, values)


GUEST = {
    "guest": input_field(
        lambda: types.input_of(orders.GuestAccess),
        "A guest's access to their order; not needed when logged in.",
        must=False,
    )
}


def guest_of(arguments: Input) -> orders.GuestAccess | None:
    """A guest's access to an order."""
    access = arguments.get("guest")
    return derive.to_struct(orders.GuestAccess, access) if access else None


async def email(order: orders.Order, info: Info) -> str | None:
    """Resolve `Order.email`: the order's own address, or else the customer's, which gets the e-mails."""
    if order.email is not None or order.customer_id is None:
        return str(order.email) if order.email is not None else None
    try:
        user = await loaders.user(info.context, order.customer_id)
    except rpc.RpcError:
        return None
    return user.email if user else None


types.object(orders.TimelineEntry, fields={"actor": actors.field()})
types.object(orders.OrderLine, fields={"product": carts.product_field()})
types.object(
    orders.Order,
    key=lambda order: order.id,
    leave_out={"customer_id"},
    fields={
        "resolve_email": email,
        "line_count": required(graphene.Int, about(orders.Order, "line_count")),
        "resolve_line_count": lambda order, _info: order.line_count or len(order.lines),
        "customer": graphene.Field(
            lambda: types.of(users.User), description=about(orders.Order, "customer_id"), resolver=customer
        ),
        "all_lines": connections.field_of(
            Lines, "All lines of the order, in pages.", all_lines, required=True, default=100
        ),
        "timeline": connections.field_of(
            Timeline, "The order's events, oldest first; null for guests.", timeline, default=50
        ),
    },
)
types.refusal(
    orders.InsufficientStock,
    fields={"product": carts.product_field(lambda refused, info: loaders.product(info.context, refused.why.sku))},
)
ORDER = {"order": required(lambda: types.of(orders.Order), "The order after the change.")}
LINES = {
    "lines": input_field(
        graphene.List(graphene.NonNull(lambda: types.input_of(orders.LineQuantity))),
        "The lines, with the quantity of each.",
    )
}
REASON = {"reason": input_field(graphene.String, "The reason, shown to people.")}
ID = {"id": input_field(graphene.ID, ID_DESCRIPTION)}


async def earlier(refused: derive.Refused, info: Info) -> orders.Order | None:
    """Resolve `IdempotencyConflict.earlierOrder`."""
    conflict = cast(orders.IdempotencyConflict, refused.why)
    return await loaders.order(info.context, conflict.order_id)


types.refusal(
    orders.IdempotencyConflict,
    leave_out={"order_id"},
    fields={
        "earlier_order": graphene.Field(
            lambda: types.of(orders.Order), description=about(orders.IdempotencyConflict, "order_id"), resolver=earlier
        )
    },
)


async def order(_root: object, info: Info, id: str) -> orders.Order | None:
    """Resolve `Query.order`."""
    parts = global_ids.split(id)
    return await loaders.order(info.context, parts[1]) if parts and parts[0] == "Order" else None


async def guest_order(_root: object, _info: Info, number: str, cart_token: str) -> orders.Order | None:
    """Resolve `Query.guestOrder`."""
    try:
        return await service.get_guest_order(number, cart_token)
    except common.NotFound:
        return None


def every(_root: object, _info: Info, filter: Input | None = None) -> connections.Fetch:
    """Resolve `Query.orders`."""
    return find(to_filter(filter))


async def revenue(
    _root: object, _info: Info, currency: str, since: int | None = None, before: int | None = None
) -> orders.Revenue:
    """Resolve `Query.revenue`."""
    return await service.get_revenue(currency, since, before)


async def place(context: Context, arguments: Input) -> Payload:
    """Places an order from a cart."""
    placed = await service.place(derive.to_struct(orders.PlaceOrder, arguments))
    if placed.customer_id is None:
        flags.ordered(context, placed.id, placed.placed_at)
    return {"order": placed}


async def cancel(_context: Context, arguments: Input) -> Payload:
    """Cancel an order."""
    order_id = global_ids.decode("Order", arguments["id"])
    return {"order": await service.cancel(order_id, arguments["reason"], guest_of(arguments))}


async def send_back(_context: Context, arguments: Input) -> Payload:
    """Return goods; staff decide later whether to restock them."""
    lines = [derive.to_struct(orders.LineQuantity, line) for line in arguments["lines"]]
    order_id = global_ids.decode("Order", arguments["id"])
    returned = service.return_lines(
        arguments["key"], order_id, lines, arguments["reason"], False, None, guest_of(arguments)
    )
    return {"order": await returned}


QUERIES = {
    "order": graphene.Field(
        lambda: types.of(orders.Order),
        description="One order; null if the viewer may not see it. The subscription `myOrder` follows it.",
        resolver=order,
        id=graphene.ID(required=True, description=ID_DESCRIPTION),
    ),
    "guest_order": graphene.Field(
        lambda: types.of(orders.Order),
        description="The guest order with this number; null unless the cart token is that of the cart it was bought with.",
        resolver=guest_order,
        number=graphene.String(required=True, description=about(orders.Order, "number")),
        cart_token=graphene.String(required=True, description="The token of the cart that the order was bought with."),
    ),
    "orders": connections.field_of(
        Orders,
        "The viewer's orders, newest first; for staff, all orders.",
        every,
        filter=graphene.Argument(FILTER, description="Selects orders; all if omitted."),
    ),
    "revenue": graphene.Field(
        lambda: types.of(orders.Revenue),
        description="Captured and refunded amounts of a period. Staff only.",
        resolver=revenue,
        currency=graphene.String(required=True, default_value="GBP", description=about(common.Money, "currency")),
        since=scalars.DateTime(description="The start of the period, inclusive."),
        before=scalars.DateTime(description="The end of the period, exclusive."),
    ),
}
MUTATIONS = {
    "place_order": mutation(
        types,
        "PlaceOrder",
        (orders.OrdersService, "place"),
        place,
        success=ORDER,
        # Only the admin and services place orders without a cart, for another customer, or with their own charges.
        arguments={
            **types.chosen(orders.PlaceOrder, leave_out={"lines", "charges", "customer_id", "currency", "country"}),
            "cart_token": input_field(
                graphene.String, "The token of the guest's cart to buy; the viewer's own cart if omitted.", must=False
            ),
        },
    ),
    "cancel_order": mutation(
        types,
        "CancelOrder",
        (orders.OrdersService, "cancel"),
        cancel,
        success=ORDER,
        arguments={**ID, **REASON, **GUEST},
    ),
    "return_order": mutation(
        types,
        "ReturnOrder",
        (orders.OrdersService, "return_lines"),
        send_back,
        success=ORDER,
        arguments={"key": input_field(graphene.String, KEY_DESCRIPTION), **ID, **LINES, **REASON, **GUEST},
    ),
}
