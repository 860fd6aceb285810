"""Reading products and their histories."""

from collections.abc import Sequence

from apps.catalog.domain import price_texts
from apps.catalog.domain import products as rules
from apps.catalog.models import Product
from apps.catalog.service import recent
from idl import catalog, common
from idl.legacy import catalog as legacy_catalog
from thriftshop import call_context, identity
from thriftshop.events import Recorded, streams


def get_products(skus: list[str]) -> list[catalog.Product]:
    """The products with these SKUs, in that order. See the contract."""
    to_staff = identity.is_staff()
    products = recent.products(skus, call_context.happened_at())
    existing = [products[sku] for sku in dict.fromkeys(skus) if sku in products]
    return [product for product in existing if to_staff or product.status == catalog.ProductStatus.PUBLISHED]


def get_products_by_slug(slugs: list[str]) -> list[catalog.Product]:
    """The products with these slugs, in that order. See the contract."""
    to_staff = identity.is_staff()
    products = recent.products_by_slug(slugs, call_context.happened_at())
    existing = [products[slug] for slug in dict.fromkeys(slugs) if slug in products]
    return [product for product in existing if to_staff or product.status == catalog.ProductStatus.PUBLISHED]


def get_product_history(sku: str) -> list[catalog.ProductChange]:
    """The changes of a product, newest first. See the contract."""
    identity.require_staff()
    recorded = streams.of("catalog").read({sku: 0})[sku]
    if not recorded:
        raise common.NotFound(message=f"There is no product {sku[:64]}.", kind="product", id=sku[:64])
    changes = [_change(record, before) for record, before in zip(recorded, _statuses(recorded), strict=True)]
    return changes[::-1]


def _change(record: Recorded, status: int) -> catalog.ProductChange:
    return catalog.ProductChange(
        version=record.version,
        kind=record.kind,
        occurred_at=record.occurred_at,
        actor=record.actor,
        differences=_differences(record, status),
    )


def _statuses(recorded: Sequence[Recorded]) -> list[int]:
    """The status that the product had before each event."""
    status, statuses = 0, []
    for record in recorded:
        statuses.append(status)
        if isinstance(record.event, catalog.ProductPublished):
            status = catalog.ProductStatus.PUBLISHED
        elif isinstance(record.event, catalog.ProductArchived):
            status = catalog.ProductStatus.ARCHIVED
        elif isinstance(record.event, catalog.ProductWritten) and not status:
            status = catalog.ProductStatus.DRAFT
    return statuses


def _differences(record: Recorded, status: int) -> list[str]:
    event = record.event
    if isinstance(event, catalog.ProductWritten):
        return list(event.differences)
    if isinstance(event, catalog.PriceChanged):
        return [price_texts.of_change(event, record.occurred_at)]
    after = (
        catalog.ProductStatus.PUBLISHED
        if isinstance(event, catalog.ProductPublished)
        else catalog.ProductStatus.ARCHIVED
    )
    return [rules.difference("status", rules.status_name(status), rules.status_name(after))]


def get_all() -> list[legacy_catalog.Item]:
    """The products on sale by SKU, in the form of the contract of 2018."""
    rows = Product.objects.visible(to_staff=False).order_by("sku")
    return [
        legacy_catalog.Item(itemId=sku, version=min(version, 2**31 - 1), name=name, description=description or None)
        for sku, version, name, description in rows.values_list("sku", "version", "name", "description")
    ]
