"""Prices, availability and preferred currency, from other contexts."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from apps.cart import domain
from idl import catalog, common, inventory, users
from thriftshop import call_context, money, postage, rpc
from thriftshop.events import caching

log = logging.getLogger("thriftshop.cart")


@dataclass(frozen=True, slots=True)
class Product:
    """A product that is on sale: its name and its prices by currency, until they change by time."""

    name: str
    amounts: Mapping[str, int]
    valid_until: int | None


@dataclass(frozen=True, slots=True)
class Level:
    """The available quantity of a product, until a reservation expires."""

    available: int
    valid_until: int | None


PRODUCTS: caching.Cache[Product] = caching.Cache("cart.products")
LEVELS: caching.Cache[Level] = caching.Cache("cart.levels")


def prices(skus: Sequence[str], currency: str) -> domain.Prices:
    """The current prices and names of the products that are on sale. Raises InvalidInput for an unknown currency."""
    if not skus:
        return domain.Prices(currency, {})
    code = money.accepted(currency, settings.CURRENCIES, "currency")
    products = PRODUCTS.get(skus, _products)
    on_sale = {sku: product for sku, product in products.items() if product is not None}
    amounts = {sku: product.amounts[code] for sku, product in on_sale.items() if code in product.amounts}
    names = {sku: product.name for sku, product in on_sale.items()}
    return domain.Prices(code, amounts, names.keys(), names, frozenset(skus))


def _products(skus: Sequence[str]) -> dict[str, Product]:
    with call_context.using(caller="cart"):
        products = rpc.connect(catalog.CatalogService).get_products(list(skus))
    return {
        product.sku: Product(
            product.name, {price.currency: price.amount for price in product.prices}, product.valid_until
        )
        for product in products
        if product.status == catalog.ProductStatus.PUBLISHED
    }


def of(
    skus: Sequence[str], currency: str, current: domain.Prices | None = None
) -> tuple[dict[str, domain.Offer], bool]:
    """The offers of these products, and whether their prices are known. Uses `current` prices if they are of these products.

    Without prices or availability if the catalog or the inventory does not respond in time.
    """
    if current is None or not current.cover(skus, currency):
        current = _prices_if_any(skus, currency)
    available = _available(skus)
    prices = current or domain.Prices(currency, {})
    offers = {
        sku: domain.Offer(prices.amounts.get(sku), available.get(sku), sku in prices.on_sale, prices.names.get(sku))
        for sku in skus
    }

    return offers, current is not None


def charges(currency: str, goods: int) -> dict[str, int] | None:
    """The charges on an order of goods of this price; None if the shop does not ship in this currency."""
    try:
        price = postage.of(currency, goods)
    except postage.NoRate:
        return None
    return {postage.DESCRIPTION: price} if price else {}


def preferred_currency(customer_id: str) -> str:
    """The currency of a customer's setting; the shop's default if the users service does not respond in time."""
    try:
        with call_context.half_the_time(), call_context.using(caller="cart"):
            customers = rpc.connect(users.UsersService).get_users([customer_id])
    except rpc.RpcError as problem:
        log.warning("currency chosen without the customer's setting", extra={"problem": type(problem).__name__})
        customers = []
    chosen = customers[0].settings.get("currency") if customers else None
    return chosen if chosen in settings.CURRENCIES else str(settings.CURRENCIES[0])


def _prices_if_any(skus: Sequence[str], currency: str) -> domain.Prices | None:
    try:
        with call_context.half_the_time():
            return prices(skus, currency)
    except (rpc.RpcError, common.InvalidInput) as problem:  # a cart may have a currency that the shop no longer accepts
        log.warning("cart shown without prices", extra={"problem": type(problem).__name__})
        return None


def _available(skus: Sequence[str]) -> dict[str, int]:
    try:
        levels = LEVELS.get(skus, _levels)
    except rpc.RpcError as problem:
        log.warning("cart shown without availability", extra={"problem": type(problem).__name__})
        return {}
    return {sku: level.available for sku, level in levels.items() if level is not None}


def _levels(skus: Sequence[str]) -> dict[str, Level]:
    if not skus:
        return {}
    with call_context.half_the_time(), call_context.using(caller="cart"):
        levels = rpc.connect(inventory.InventoryService).get_levels(list(skus))
    return {level.sku: Level(level.available, level.valid_until) for level in levels}
