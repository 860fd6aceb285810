"""Batched loading within a request: each function takes the keys requested together and calls its service once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias, TypeVar, cast

from django.conf import settings

from apps.gateway import cache
from idl import cart, catalog, inventory, orders, sessions, users
from thriftshop import rpc
from thriftshop.graphql.requests import Context, Info
from thriftshop.rpc import sku_case

T = TypeVar("T")
# A cached value is there at once: it costs no task of the event loop.
Loaded: TypeAlias = T | Awaitable[T]
Tree = cache.Tree
LoadPages = Callable[[list[str]], Awaitable[list[catalog.ProductPage | None]]]
# The thousand lines of one order are requested in concurrent batches, so that each call meets its deadline.
AT_ONCE = 200


async def _in_parts(ask: Callable[[list[str]], Awaitable[list[T]]], keys: list[str]) -> list[T]:
    """What a service answers about these keys, however many they are."""
    if len(keys) <= AT_ONCE:
        return await ask(keys)
    parts = [keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE)]
    return [answer for part in await asyncio.gather(*map(ask, parts)) for answer in part]


async def _products(skus: list[str]) -> list[catalog.Product | None]:
    products = {entry.sku: entry for entry in await _in_parts(rpc.aconnect(catalog.CatalogService).get_products, skus)}
    return [products.get(sku) for sku in skus]


async def _products_by_slug(slugs: list[str]) -> list[catalog.Product | None]:
    products = {entry.slug: entry for entry in await rpc.aconnect(catalog.CatalogService).get_products_by_slug(slugs)}
    return [products.get(slug) for slug in slugs]


async def _levels(skus: list[str]) -> list[inventory.StockLevel | None]:
    levels = {entry.sku: entry for entry in await _in_parts(rpc.aconnect(inventory.InventoryService).get_levels, skus)}
    return [levels.get(sku) for sku in skus]


async def _orders(ids: list[str]) -> list[orders.Order | None]:
    orders_by_id = {entry.id: entry for entry in await _in_parts(rpc.aconnect(orders.OrdersService).get_orders, ids)}
    return [orders_by_id.get(id_) for id_ in ids]


async def _users(ids: list[str]) -> list[users.User | None]:
    users_by_id = {entry.id: entry for entry in await rpc.aconnect(users.UsersService).get_users(ids)}
    return [users_by_id.get(id_) for id_ in ids]


async def _trees(whole: list[str]) -> list[Tree]:
    tree = Tree(await rpc.aconnect(catalog.CatalogService).get_categories())
    for category in tree.every:
        tree.by_id[category.id] = category
        tree.children.setdefault(category.parent_id, []).append(category)
    return [tree for _ in whole]


async def _shared_trees(whole: list[str]) -> list[Tree]:
    trees = await cache.CATEGORIES.load(whole, _trees)
    return [tree for tree in trees if tree is not None]


async def _own_carts(whole: list[str]) -> list[cart.Cart]:
    viewer_cart = await rpc.aconnect(cart.CartService).get_cart(cart.CartRef())
    return [viewer_cart for _ in whole]


async def _own_sessions(whole: list[str]) -> list[list[sessions.Session]]:
    open_sessions = await rpc.aconnect(sessions.SessionsService).get_sessions()
    return [open_sessions for _ in whole]


async def _shared_products(skus: list[str]) -> list[catalog.Product | None]:
    return await cache.PRODUCTS.load(skus, _products)


async def _shared_products_by_slug(slugs: list[str]) -> list[catalog.Product | None]:
    return await cache.SLUGS.load(slugs, _products_by_slug)


async def _shared_levels(skus: list[str]) -> list[inventory.StockLevel | None]:
    return await cache.LEVELS.load(skus, _levels)


# What these load is the same for all viewers but staff.
SHARED = (_shared_products, _shared_products_by_slug, _shared_levels, _shared_trees)


def product(context: Context, sku: str) -> Loaded[catalog.Product | None]:
    """The product of this SKU, if the viewer may see it. Staff see unpublished ones, too: theirs are not cached."""
    if not sku:
        return None
    key = sku_case.canonical(sku)
    if context.is_staff:
        return context.load(_products, key)
    cached = cache.PRODUCTS.get(key)
    return context.load(_shared_products, key) if cached is cache.MISSING else cast("catalog.Product | None", cached)


async def product_by_slug(context: Context, slug: str) -> catalog.Product | None:
    """The product of this slug, where the viewer may see it."""
    if not slug:
        return None
    return await context.load(_products_by_slug if context.is_staff else _shared_products_by_slug, slug)


async def product_page(context: Context, key: str, load: LoadPages) -> catalog.ProductPage:
    """A page of products, cached under a key unless the viewer is staff, who see unpublished products."""
    pages = await (load([key]) if context.is_staff else cache.LISTS.load([key], load))
    return cast(catalog.ProductPage, pages[0])


def cached_level(sku: str) -> inventory.StockLevel | None:
    """The stock of this SKU, if it is cached and known."""
    cached = cache.LEVELS.get(sku)
    return None if cached is cache.MISSING else cast("inventory.StockLevel | None", cached)


def level(context: Context, sku: str) -> Loaded[inventory.StockLevel | None]:
    """The stock of this SKU."""
    cached = cache.LEVELS.get(sku)
    return context.load(_shared_levels, sku) if cached is cache.MISSING else cast("inventory.StockLevel | None", cached)


async def order(context: Context, order_id: str) -> orders.Order | None:
    """The order of this id, where the viewer may see it."""
    return await context.load(_orders, order_id)


async def user(context: Context, user_id: str) -> users.User | None:
    """The user of this id, where the viewer may see them."""
    return await context.load(_users, user_id)


async def currency(context: Context) -> str:
    """The currency that the viewer's setting names; the shop's own for a stranger, and where users do not answer."""
    account = None
    if context.viewer is not None:
        try:
            account = await user(context, context.viewer.id)
        except rpc.RpcError:
            account = None
    chosen = account.settings.get("currency") if account else None
    return chosen if chosen in settings.CURRENCIES else str(settings.CURRENCIES[0])


def cached_tree() -> Tree | None:
    """The category tree, if it is cached."""
    cached = cache.CATEGORIES.get("whole")
    return None if cached is cache.MISSING else cast(Tree, cached)


async def tree(context: Context) -> Tree:
    """The category tree."""
    cached = cached_tree()
    return await context.load(_shared_trees, "whole") if cached is None else cached


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


def product_of(root: HasSku, info: Info) -> Loaded[catalog.Product | None]:
    """The product that something with a `sku` is about; a resolver."""
    return product(info.context, root.sku)
