"""Guests' access to their orders: a link that is sent to the order's address and is valid for a day."""

import graphene

from apps.gateway.schema.orders import service
from apps.gateway.schema.types import about, input_field, message, types
from idl import common, orders
from thriftshop.graphql.mutations import mutation
from thriftshop.graphql.requests import Context, Info, Input, Payload


async def order_by_link(_root: object, _info: Info, token: str) -> orders.Order | None:
    """Resolve `Query.guestOrderByLink`."""
    try:
        return await service.get_order_by_link(token)
    except common.NotFound:
        return None


async def request_access(context: Context, arguments: Input) -> Payload:
    """Send a link to the order's address, if the order exists."""
    await service.request_guest_access(arguments["number"], arguments["email"], context.incoming.address or None)
    return {"message": "If this order exists, we have sent an e-mail with a link to that address."}


QUERIES = {
    "guest_order_by_link": graphene.Field(
        lambda: types.of(orders.Order),
        description="The guest's order of a link; null if the link has expired, or the order belongs to an account.",
        resolver=order_by_link,
        token=graphene.String(required=True, description=about(orders.GuestAccess, "link_token")),
    ),
}
MUTATIONS = {
    "request_guest_access": mutation(
        types,
        "RequestGuestAccess",
        (orders.OrdersService, "request_guest_access"),
        request_access,
        success=message(),
        arguments={
            "number": input_field(graphene.String, about(orders.Order, "number")),
            "email": input_field(graphene.String, "The e-mail address given with the order."),
        },
    ),
}
