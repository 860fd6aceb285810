"""Batched loading within a request: each function takes the keys requested together and calls its service once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias, TypeVar, cast

from django.conf import settings

from apps.gateway import cache
from idl import analytics, cart, catalog, inventory, orders, recommender, sessions, users
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
# How long sales may be missing in a ranking, as in the recommender's own.
RANKING_MS = 60_000
# How long an order may not count for the segment of its customer.
SEGMENT_MS = 600_000


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


async def ranking(
    context: Context, key: str, ask: Callable[[], Awaitable[list[recommender.Recommendation]]]
) -> list[recommender.Recommendation]:
    """A ranking of products that is the same for all viewers. It is cached while all of its products can be bought."""
    if context.is_staff:
        return await ask()

    async def load(_keys: list[str]) -> list[cache.Ranking | None]:
        return [cache.Ranking(await ask(), clock.now() + RANKING_MS)]

    for _ in range(2):
        (loaded,) = await cache.RANKINGS.load([key], load)
        recommended = loaded.products if loaded else []
        if await _can_be_bought(context, [product.sku for product in recommended]):
            break
        cache.RANKINGS.drop(key)
    return recommended


async def _can_be_bought(context: Context, skus: list[str]) -> bool:
    """Whether these products are published and in stock, as far as that is known."""
    loads = [load(context, sku) for sku in skus for load in (product, level)]
    waiting = [loaded for loaded in loads if isinstance(loaded, Awaitable)]
    values: list[object] = [loaded for loaded in loads if not isinstance(loaded, Awaitable)]
    try:
        values += await asyncio.gather(*waiting)
    except rpc.RpcError:
        return True
    return all(value is not None and getattr(value, "available", 1) > 0 for value in values)


async def order(context: Context, order_id: str) -> orders.Order | None:
    """The order of this id, where the viewer may see it."""
    return await context.load(_orders, order_id)


async def user(context: Context, user_id: str) -> users.User | None:
    """The user of this id, where the viewer may see them. Customers see themselves; their accounts are cached."""
    if context.is_staff or context.viewer is None or context.viewer.id != user_id:
        return await context.load(_users, user_id)
    account = await _own_account(context, user_id)
    return account.user if account else None


async def _accounts(ids: list[str]) -> list[cache.Account | None]:
    return [cache.Account(user, _currency_of(user)) if user else None for user in await _users(ids)]


def _currency_of(user: users.User) -> str:
    code = user.settings.get("currency")
    return code if code in settings.CURRENCIES else _default_currency()


async def _shared_accounts(ids: list[str]) -> list[cache.Account | None]:
    return await cache.ACCOUNTS.load(ids, _accounts)


async def _own_account(context: Context, own_id: str) -> cache.Account | None:
    cached = cache.ACCOUNTS.get(own_id)
    if cached is cache.MISSING:
        return await context.load(_shared_accounts, own_id)
    return cast("cache.Account | None", cached)


async def segment(viewer_id: str) -> str:
    """The segment of the viewer, whose id this is; empty for none."""
    (found,) = await cache.SEGMENTS.load([viewer_id], _segments)
    return found.name if found else ""


async def _segments(_viewer: list[str]) -> list[cache.Segment | None]:
    names = await rpc.aconnect(analytics.AnalyticsService).get_segments()
    return [cache.Segment("".join(names[:1]), clock.now() + SEGMENT_MS)]


def _default_currency() -> str:
    return str(settings.CURRENCIES[0])


def known_currency(context: Context) -> str | None:
    """The currency of the viewer's setting, if it is cached; the shop's own for a stranger. It is part of the audience."""
    if context.identified is None:
        return _default_currency()
    cached = cache.ACCOUNTS.get(context.identified.id)
    return cached.currency if isinstance(cached, cache.Account) else None


def currency(context: Context) -> str | Awaitable[str]:
    """The currency that the viewer's setting names; the shop's own for a stranger, and where users do not answer."""
    known = known_currency(context)
    return _loaded_currency(context) if known is None else known


async def _loaded_currency(context: Context) -> str:
    try:
        account = await _own_account(context, context.identified.id if context.identified else "")
    except rpc.RpcError:
        return _default_currency()
    return account.currency if account else _default_currency()


def audience(context: Context) -> str | Awaitable[str | None] | None:
    """What the catalog shows to a viewer depends on the currency; None if it cannot be known without asking each time."""
    return currency(context) if context.identified is None or cache.ACCOUNTS.is_current() else None


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
