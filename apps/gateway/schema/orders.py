"""Orders: placed, watched, called off, sent back and ordered again."""

from collections.abc import Mapping, Sequence
from typing import Any

import graphene

from apps.gateway import loaders
from apps.gateway.schema import actors, carts
from apps.gateway.schema.types import about, given, required, types
from idl import common, orders, users
from thriftshop import paging, rpc
from thriftshop.graphql import connections, derive, global_ids, scalars
from thriftshop.graphql.mutations import mutation
from thriftshop.graphql.requests import Context

ID_SAYS = "The order's id."
KEY_SAYS = "Chosen by the client, 8 to 64 characters: the same key again changes nothing."

Lines = connections.kind(lambda: types.of(orders.OrderLine), "OrderLine", plural="lines")
Orders = connections.kind(lambda: types.of(orders.Order), "Order")
Timeline = connections.kind(lambda: types.of(orders.TimelineEntry), "TimelineEntry", plural="entries")
FILTER = types.input(
    orders.OrderFilter,
    fields={"customer_id": graphene.InputField(graphene.ID, description=about(orders.OrderFilter, "customer_id"))},
)


def service() -> Any:
    """The orders."""
    return rpc.aconnect(orders.OrdersService)


async def customer(order: orders.Order, info: Any) -> users.User | None:
    """Resolves `Order.customer`."""
    return await loaders.user(info.context, order.customer_id) if order.customer_id else None


async def timeline(order: orders.Order, _info: Any) -> connections.Fetch | None:
    """Resolves `Order.timeline`; a guest, who has the order in hand by its token, does not get that."""
    try:
        entries = await service().get_timeline(order.id)
    except common.NotFound:
        return None
    return connections.of_list("timeline", entries, lambda one: (one.version,), (int,), order.id)


def all_lines(order: orders.Order, _info: Any) -> connections.Fetch:
    """Resolves `Order.allLines`: those that came with the order, the others of a large one from the service."""
    count = order.line_count or len(order.lines)

    async def fetch(page: common.Page) -> connections.Page:
        cursors = paging.cursors("lines", (int,), order.id)
        asked = paging.read(page, cursors)
        begin = max(asked.after[0], 0) + 1 if asked.after else 1
        numbers = range(begin, min(asked.before[0] if asked.before else count + 1, count + 1))
        shown, more = asked.cut((numbers[::-1] if asked.backward else numbers)[: asked.most])
        info = asked.info([cursors.encode((number,)) for number in shown], more, count)
        return connections.Page(await lines(order, shown), info)

    return fetch


async def lines(order: orders.Order, numbers: Sequence[int]) -> Sequence[orders.OrderLine]:
    """The lines of an order with these numbers, which follow each other."""
    if not numbers or numbers[-1] <= len(order.lines):
        return order.lines[numbers[0] - 1 : numbers[-1]] if numbers else []
    found: list[orders.OrderLine] = await service().get_order_lines(order.id, numbers[0] - 1, len(numbers))
    return found


def find(wanted: orders.OrderFilter) -> connections.Fetch:
    """Pages of the orders that a filter leaves."""

    async def fetch(page: common.Page) -> connections.Page:
        found = await service().find_orders(wanted, page)
        return connections.Page(found.orders, found.page_info)

    return fetch


def to_filter(wanted: Mapping[str, Any] | None) -> orders.OrderFilter:
    """The contract's filter of a filter input."""
    values = dict(wanted or {})
    if values.get("customer_id"):
        values["customer_id"] = global_ids.decode("User", values["customer_id"])
    found: orders.OrderFilter = derive.to_struct(orders.OrderFilter, values)
    return found


GUEST = {
    "guest": given(
        lambda: types.input_of(orders.GuestAccess),
        "What a guest shows for an order of theirs; nobody who is logged in needs it.",
        must=False,
    )
}


def guest_of(wanted: Mapping[str, Any]) -> orders.GuestAccess | None:
    """What a guest shows for an order."""
    shown = wanted.get("guest")
    return derive.to_struct(orders.GuestAccess, shown) if shown else None


async def email(order: orders.Order, info: Any) -> str | None:
    """Resolves `Order.email`: the order's own, or else the customer's, to whom word of it goes."""
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
            Lines, "All of its lines, in order, page by page.", all_lines, required=True, default=100
        ),
        "timeline": connections.field_of(
            Timeline, "Everything that happened to it, oldest first; absent for guests.", timeline, default=50
        ),
    },
)
types.refusal(
    orders.InsufficientStock,
    fields={"product": carts.product_field(lambda refused, info: loaders.product(info.context, refused.why.sku))},
)
ORDER = {"order": required(lambda: types.of(orders.Order), "The order as it is now.")}
LINES = {
    "lines": given(
        graphene.List(graphene.NonNull(lambda: types.input_of(orders.LineQuantity))),
        "Which lines, and how many of each.",
    )
}
REASON = {"reason": given(graphene.String, "Why, for people.")}
ID = {"id": given(graphene.ID, ID_SAYS)}


async def earlier(refused: derive.Refused, info: Any) -> orders.Order | None:
    """Resolves `IdempotencyConflict.earlierOrder`."""
    conflict: Any = refused.why
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


async def order(_root: Any, info: Any, id: str) -> orders.Order | None:
    """Resolves `Query.order`."""
    parts = global_ids.split(id)
    return await loaders.order(info.context, parts[1]) if parts and parts[0] == "Order" else None


async def guest_order(_root: Any, _info: Any, number: str, cart_token: str) -> orders.Order | None:
    """Resolves `Query.guestOrder`."""
    try:
        found: orders.Order = await service().get_guest_order(number, cart_token)
    except common.NotFound:
        return None
    return found


def every(_root: Any, _info: Any, filter: Any = None) -> connections.Fetch:
    """Resolves `Query.orders`."""
    return find(to_filter(filter))


async def revenue(
    _root: Any, _info: Any, currency: str, since: int | None = None, before: int | None = None
) -> orders.Revenue:
    """Resolves `Query.revenue`."""
    found: orders.Revenue = await service().get_revenue(currency, since, before)
    return found


async def place(_context: Context, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Places an order from a cart."""
    return {"order": await service().place(derive.to_struct(orders.PlaceOrder, wanted))}


async def cancel(_context: Context, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Cancels an order."""
    order_id = global_ids.decode("Order", wanted["id"])
    return {"order": await service().cancel(order_id, wanted["reason"], guest_of(wanted))}


async def send_back(_context: Context, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Takes goods back; whether they can be sold again is for staff to see."""
    lines = [derive.to_struct(orders.LineQuantity, one) for one in wanted["lines"]]
    order_id = global_ids.decode("Order", wanted["id"])
    returned = service().return_lines(wanted["key"], order_id, lines, wanted["reason"], False, None, guest_of(wanted))
    return {"order": await returned}


QUERIES = {
    "order": graphene.Field(
        lambda: types.of(orders.Order),
        description="One order, for who may see it; null for anybody else. Poll it to watch its state.",
        resolver=order,
        id=graphene.ID(required=True, description=ID_SAYS),
    ),
    "guest_order": graphene.Field(
        lambda: types.of(orders.Order),
        description="The order of this number, for a guest who has the token of the cart that it was bought with; null else.",
        resolver=guest_order,
        number=graphene.String(required=True, description=about(orders.Order, "number")),
        cart_token=graphene.String(required=True, description="The token of the cart that it was bought with."),
    ),
    "orders": connections.field_of(
        Orders,
        "The viewer's own orders, newest first; everybody's for staff.",
        every,
        filter=graphene.Argument(FILTER, description="Which orders; all of them where absent."),
    ),
    "revenue": graphene.Field(
        lambda: types.of(orders.Revenue),
        description="What was taken and given back from one moment until before another. For staff.",
        resolver=revenue,
        currency=graphene.String(required=True, default_value="GBP", description=about(common.Money, "currency")),
        since=scalars.DateTime(description="From this moment on."),
        before=scalars.DateTime(description="Until before this moment."),
    ),
}
MUTATIONS = {
    "place_order": mutation(
        types,
        "PlaceOrder",
        (orders.OrdersService, "place"),
        place,
        success=ORDER,
        # Orders without a cart, for somebody else, with charges of one's own: the admin and the services do that.
        arguments={
            **types.chosen(orders.PlaceOrder, leave_out={"lines", "charges", "customer_id", "currency"}),
            "cart_token": given(graphene.String, "The guest's cart to buy; the viewer's own where absent.", must=False),
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
        arguments={"key": given(graphene.String, KEY_SAYS), **ID, **LINES, **REASON, **GUEST},
    ),
}
