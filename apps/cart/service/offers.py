"""Prices, availability and preferred currency, from other contexts."""

import logging
from collections.abc import Sequence

from django.conf import settings

from apps.cart import domain
from idl import catalog, common, inventory, users
from thriftshop import call_context, money, postage, rpc

log = logging.getLogger("thriftshop.cart")


def prices(skus: Sequence[str], currency: str) -> domain.Prices:
    """The current prices and names of the products that are on sale. Raises InvalidInput for an unknown currency."""
    if not skus:
        return domain.Prices(currency, {})
    code = money.accepted(currency, settings.CURRENCIES, "currency")
    with call_context.using(caller="cart"):
        products = rpc.connect(catalog.CatalogService).get_products(list(skus))
    on_sale = [product for product in products if product.status == catalog.ProductStatus.PUBLISHED]
    amounts = {product.sku: price.amount for product in on_sale for price in product.prices if price.currency == code}
    names = {product.sku: product.name for product in on_sale}
    return domain.Prices(code, amounts, names.keys(), names, frozenset(skus))


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
    if not skus:
        return {}
    try:
        with call_context.half_the_time(), call_context.using(caller="cart"):
            levels = rpc.connect(inventory.InventoryService).get_levels(list(skus))
    except rpc.RpcError as problem:
        log.warning("cart shown without availability", extra={"problem": type(problem).__name__})
        return {}
    return {level.sku: level.available for level in levels}
