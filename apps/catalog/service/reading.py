"""Reading products and their histories."""

from collections.abc import Sequence

from apps.catalog.domain import price_texts
from apps.catalog.domain import products as rules
from apps.catalog.models import Product
from apps.catalog.models.products import structs
from idl import catalog, common
from idl.legacy import catalog as legacy_catalog
from thriftshop import call_context, identity
from thriftshop.events import Recorded, streams


def get_products(skus: list[str]) -> list[catalog.Product]:
    """The products with these SKUs, in that order. See the contract."""
    return _in_order("sku", skus)


def get_products_by_slug(slugs: list[str]) -> list[catalog.Product]:
    """The products with these slugs, in that order. See the contract."""
    return _in_order("slug", slugs)


def _in_order(field: str, names: list[str]) -> list[catalog.Product]:
    # Filtered by status here, because in SQL the database might use the index of the status instead.
    to_staff = identity.is_staff()
    rows = [row for row in Product.objects.filter(**{f"{field}__in": names}) if to_staff or row.is_on_sale]
    products = {getattr(product, field): product for product in structs(rows, call_context.happened_at())}
    return [products[name] for name in dict.fromkeys(names) if name in products]


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
