"""Nodes: objects fetched by their global id; null unless the viewer may see them."""

from collections.abc import Awaitable, Callable

import graphene

from apps.gateway import loaders
from apps.gateway.schema import carts
from idl import cart, catalog, common, sessions, users
from thriftshop.graphql import derive, global_ids
from thriftshop.graphql.requests import Context, Info

Fetch = Callable[[Context, str], loaders.Loaded[object]]


async def category(context: Context, key: str) -> catalog.Category | None:
    """A category by its id."""
    return (await loaders.tree(context)).by_id.get(key)


async def own_cart(context: Context, key: str) -> cart.Cart | None:
    """The viewer's own cart; guests' carts need their token."""
    if context.viewer is None:
        return None
    result = await loaders.own_cart(context)
    return result if result.id == key else None


async def cart_line(context: Context, key: str) -> cart.CartLine | None:
    """A line of the viewer's own cart."""
    cart_id, _, sku = key.partition(":")
    result = await own_cart(context, cart_id)
    line = next((candidate for candidate in result.lines if candidate.sku == sku), None) if result else None
    if line is not None:
        carts.belongs_to(line, cart_id)
    return line


async def session(context: Context, key: str) -> sessions.Session | None:
    """One of the viewer's sessions."""
    if context.viewer is None:
        return None
    return next((candidate for candidate in await loaders.own_sessions(context) if candidate.id == key), None)


async def address(context: Context, key: str) -> users.UserAddress | None:
    """One of the viewer's addresses."""
    user = await loaders.user(context, context.viewer.id) if context.viewer else None
    return next((candidate for candidate in user.addresses if candidate.id == key), None) if user else None


NODES: dict[str, Fetch] = {
    "Product": loaders.product,
    "Category": category,
    "Order": loaders.order,
    "User": loaders.user,
    "UserAddress": address,
    "Session": session,
    "Cart": own_cart,
    "CartLine": cart_line,
}
# The same for every viewer.
PUBLIC = frozenset({"Product", "Category"})


async def fetch(context: Context, global_id: str) -> object:
    """The object with this id; None unless the viewer may see it."""
    kind, key = global_ids.split(global_id) or ("", "")
    if kind not in NODES:
        return None
    if kind not in PUBLIC:
        context.require_verified_viewer()
    try:
        loaded = NODES[kind](context, key)
        return await loaded if isinstance(loaded, Awaitable) else loaded
    except common.NotFound:
        return None


async def node(_root: object, info: Info, id: str) -> object:
    """Resolve `Query.node`."""
    return await fetch(info.context, id)


def nodes(_root: object, info: Info, ids: list[str]) -> list[Awaitable[object]]:
    """Resolve `Query.nodes`."""
    return [fetch(info.context, node_id) for node_id in ids]


QUERIES = {
    "node": graphene.Field(
        derive.node,
        description="The object with this id; null if it does not exist or the viewer may not see it.",
        resolver=node,
        id=graphene.ID(required=True, description="The `id` of an object."),
    ),
    "nodes": graphene.List(
        derive.node,
        required=True,
        description="The objects with these ids (at most 100), in the same order; null for each that is not found.",
        resolver=nodes,
        ids=graphene.List(graphene.NonNull(graphene.ID), required=True, description="The `id`s of objects."),
    ),
}
