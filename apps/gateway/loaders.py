"""Batched loading within a request: each function takes the keys requested together and calls its service once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias, TypeVar, cast

from django.conf import settings

from apps.gateway import cache
from idl import cart, catalog, inventory, orders, sessions, users
from thriftshop import clock, rpc
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

    async def load_shared(keys: list[str]) -> list[catalog.ProductPage | None]:
        changes = cache.PRODUCTS.changes
        pages = await load(keys)
        for page in pages:
            if page is not None:
                page.products = cache.PRODUCTS.share({product.sku: product for product in page.products}, changes)
        return pages

    pages = await (load([key]) if context.is_staff else cache.LISTS.load([key], load_shared))
    return cast(catalog.ProductPage, pages[0])


async def facets(context: Context, key: str, load: Callable[[], Awaitable[list[catalog.Facet]]]) -> list[catalog.Facet]:
    """The facets of a list, cached as its pages are; not if there are none, which a price may change at any time."""

    async def load_all(_keys: list[str]) -> list[cache.Facets | None]:
        every = await load()
        moments = [facet.valid_until for facet in every if facet.valid_until is not None]
        return [cache.Facets(every, min(moments, default=None) if every else clock.now())]

    (loaded,) = await (load_all([key]) if context.is_staff else cache.FACETS.load([key], load_all))
    return loaded.every if loaded else []


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


async def _settings(ids: list[str]) -> list[cache.Setting]:
    """The settings of these users, of whom the viewer may see one: the viewer."""
    accounts = await _users(ids)
    chosen = [account.settings.get("currency") if account else None for account in accounts]
    return [cache.Setting(code if code in settings.CURRENCIES else _default_currency()) for code in chosen]


async def _shared_settings(ids: list[str]) -> list[cache.Setting | None]:
    return await cache.SETTINGS.load(ids, _settings)


def _default_currency() -> str:
    return str(settings.CURRENCIES[0])


def known_currency(context: Context) -> str | None:
    """The currency of the viewer's setting, if it is cached; the shop's own for a stranger. It is part of the audience."""
    if context.identified is None:
        return _default_currency()
    cached = cache.SETTINGS.get(context.identified.id)
    return cached.currency if isinstance(cached, cache.Setting) else None


def currency(context: Context) -> str | Awaitable[str]:
    """The currency that the viewer's setting names; the shop's own for a stranger, and where users do not answer."""
    known = known_currency(context)
    return _loaded_currency(context) if known is None else known


async def _loaded_currency(context: Context) -> str:
    try:
        setting = await context.load(_shared_settings, context.identified.id if context.identified else "")
    except rpc.RpcError:
        return _default_currency()
    return setting.currency if setting else _default_currency()


def audience(context: Context) -> str | Awaitable[str | None] | None:
    """What the catalog shows to a viewer depends on the currency; None if it cannot be known without asking each time."""
    return currency(context) if context.identified is None or cache.SETTINGS.is_current() else None


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
