"""What a request loads in batches: each function takes the keys of one moment and asks its service once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from django.conf import settings

from apps.gateway import cache
from idl import cart, catalog, inventory, orders, sessions, users
from thriftshop import rpc
from thriftshop.graphql.requests import Context, Info
from thriftshop.rpc import sku_case

T = TypeVar("T")
# The thousand lines of one order are requested in concurrent batches, so that each call meets its deadline.
AT_ONCE = 200


async def _in_parts(ask: Callable[[list[str]], Awaitable[list[T]]], keys: list[str]) -> list[T]:
    """What a service answers about these keys, however many they are."""
    if len(keys) <= AT_ONCE:
        return await ask(keys)
    parts = [keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE)]
    return [one for part in await asyncio.gather(*map(ask, parts)) for one in part]


@dataclass(frozen=True, slots=True)
class Tree:
    """The category tree: every category in the tree's own order, by id, and by the id of the one above."""

    every: list[catalog.Category]
    by_id: dict[str, catalog.Category] = field(default_factory=dict)
    below: dict[str | None, list[catalog.Category]] = field(default_factory=dict)


async def _products(skus: list[str]) -> list[catalog.Product | None]:
    found = {one.sku: one for one in await _in_parts(rpc.aconnect(catalog.CatalogService).get_products, skus)}
    return [found.get(sku) for sku in skus]


async def _products_by_slug(slugs: list[str]) -> list[catalog.Product | None]:
    found = {one.slug: one for one in await rpc.aconnect(catalog.CatalogService).get_products_by_slug(slugs)}
    return [found.get(slug) for slug in slugs]


async def _levels(skus: list[str]) -> list[inventory.StockLevel | None]:
    found = {one.sku: one for one in await _in_parts(rpc.aconnect(inventory.InventoryService).get_levels, skus)}
    return [found.get(sku) for sku in skus]


async def _orders(ids: list[str]) -> list[orders.Order | None]:
    found = {one.id: one for one in await _in_parts(rpc.aconnect(orders.OrdersService).get_orders, ids)}
    return [found.get(id_) for id_ in ids]


async def _users(ids: list[str]) -> list[users.User | None]:
    found = {one.id: one for one in await rpc.aconnect(users.UsersService).get_users(ids)}
    return [found.get(id_) for id_ in ids]


async def _trees(whole: list[str]) -> list[Tree]:
    tree = Tree(await rpc.aconnect(catalog.CatalogService).get_categories())
    for category in tree.every:
        tree.by_id[category.id] = category
        tree.below.setdefault(category.parent_id, []).append(category)
    return [tree for _ in whole]


async def _own_carts(whole: list[str]) -> list[cart.Cart]:
    found = await rpc.aconnect(cart.CartService).get_cart(cart.CartRef())
    return [found for _ in whole]


async def _own_sessions(whole: list[str]) -> list[list[sessions.Session]]:
    found = await rpc.aconnect(sessions.SessionsService).get_sessions()
    return [found for _ in whole]


async def _shared_products(skus: list[str]) -> list[catalog.Product | None]:
    return await cache.PRODUCTS.load(skus, _products)


async def _shared_levels(skus: list[str]) -> list[inventory.StockLevel | None]:
    return await cache.LEVELS.load(skus, _levels)


# What these load is the same for all viewers but staff.
SHARED = (_shared_products, _shared_levels, _trees)


async def product(context: Context, sku: str) -> catalog.Product | None:
    """The product of this SKU, if the viewer may see it. Staff see unpublished ones, too: theirs are not cached."""
    if not sku:
        return None
    return await context.load(_products if context.is_staff else _shared_products, sku_case.canonical(sku))


async def product_by_slug(context: Context, slug: str) -> catalog.Product | None:
    """The product of this slug, where the viewer may see it."""
    return await context.load(_products_by_slug, slug) if slug else None


async def level(context: Context, sku: str) -> inventory.StockLevel | None:
    """The stock of this SKU."""
    return await context.load(_shared_levels, sku)


async def order(context: Context, order_id: str) -> orders.Order | None:
    """The order of this id, where the viewer may see it."""
    return await context.load(_orders, order_id)


async def user(context: Context, user_id: str) -> users.User | None:
    """The user of this id, where the viewer may see them."""
    return await context.load(_users, user_id)


async def currency(context: Context) -> str:
    """The currency that the viewer's setting names; the shop's own for a stranger, and where users do not answer."""
    found = None
    if context.viewer is not None:
        try:
            found = await user(context, context.viewer.id)
        except rpc.RpcError:
            found = None
    chosen = found.settings.get("currency") if found else None
    return chosen if chosen in settings.CURRENCIES else str(settings.CURRENCIES[0])


async def tree(context: Context) -> Tree:
    """The category tree."""
    return await context.load(_trees, "whole")


async def own_cart(context: Context) -> cart.Cart:
    """The viewer's own cart."""
    return await context.load(_own_carts, "whole")


async def own_sessions(context: Context) -> list[sessions.Session]:
    """The viewer's open sessions."""
    return await context.load(_own_sessions, "whole")


class HasSku(Protocol):
    """A struct about a product."""

    @property
    def sku(self) -> str:
        """The product's SKU."""


async def product_of(root: HasSku, info: Info) -> catalog.Product | None:
    """The product that something with a `sku` is about; a resolver."""
    return await product(info.context, root.sku)
