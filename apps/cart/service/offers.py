"""What other contexts say of the products in a cart: what they cost and whether there are enough."""

import logging
from collections.abc import Sequence

from apps.cart import domain
from idl import catalog, common, inventory
from thriftshop import circumstances, postage, rpc

log = logging.getLogger("thriftshop.cart")


def prices(skus: Sequence[str], currency: str) -> domain.Prices:
    """What one costs now of those that are on sale; what is unknown, off sale or without a price is left out."""
    return domain.Prices(currency, _amounts(skus, currency) if skus else {})


def _amounts(skus: Sequence[str], currency: str) -> dict[str, int]:
    shop = rpc.connect(catalog.CatalogService)
    on_sale = {
        product.sku for product in shop.get_products(list(skus)) if product.status == catalog.ProductStatus.PUBLISHED
    }
    found = shop.get_prices(sorted(on_sale), currency, circumstances.current().occurred_at) if on_sale else []
    return {price.sku: price.money.amount for price in found}


def of(skus: Sequence[str], currency: str) -> tuple[dict[str, domain.Offer], bool]:
    """The offers of these products, and whether their prices could be had.

    A cart can be shown without: what the catalog or the inventory does not answer in time stays unknown.
    """
    amounts, available = _prices_if_any(skus, currency), _available(skus)
    offers = {sku: domain.Offer((amounts or {}).get(sku), available.get(sku)) for sku in skus}
    return offers, amounts is not None


def charges(currency: str, goods: int) -> dict[str, int] | None:
    """What an order of goods of this price is charged on top; None where the shop sends nothing in this currency."""
    try:
        price = postage.of(currency, goods)
    except postage.NoRate:
        return None
    return {postage.DESCRIPTION: price} if price else {}


def _prices_if_any(skus: Sequence[str], currency: str) -> dict[str, int] | None:
    try:
        with circumstances.half_the_time():
            return dict(prices(skus, currency).amounts)
    except (rpc.RpcError, common.InvalidInput) as problem:  # a cart may be in a currency that the shop has given up
        log.warning("cart shown without prices", extra={"problem": type(problem).__name__})
        return None


def _available(skus: Sequence[str]) -> dict[str, int]:
    if not skus:
        return {}
    try:
        with circumstances.half_the_time():
            levels = rpc.connect(inventory.InventoryService).get_levels(list(skus))
    except rpc.RpcError as problem:
        log.warning("cart shown without availability", extra={"problem": type(problem).__name__})
        return {}
    return {level.sku: level.available for level in levels}
