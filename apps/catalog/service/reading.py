"""Reading products, and what happened to them."""

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
    """The products of these SKUs, in that order. See the contract."""
    return _in_order("sku", skus)


def get_products_by_slug(slugs: list[str]) -> list[catalog.Product]:
    """The products of these slugs, in that order. See the contract."""
    return _in_order("slug", slugs)


def _in_order(field: str, names: list[str]) -> list[catalog.Product]:
    # Told apart here rather than in SQL, where the status could lure the database away from the names' own index.
    to_staff = identity.is_staff()
    rows = [row for row in Product.objects.filter(**{f"{field}__in": names}) if to_staff or row.is_on_sale]
    found = {getattr(product, field): product for product in structs(rows, call_context.happened_at())}
    return [found[name] for name in dict.fromkeys(names) if name in found]


def get_product_history(sku: str) -> list[catalog.ProductChange]:
    """What happened to a product, newest first. See the contract."""
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
    status, found = 0, []
    for record in recorded:
        found.append(status)
        if isinstance(record.event, catalog.ProductPublished):
            status = catalog.ProductStatus.PUBLISHED
        elif isinstance(record.event, catalog.ProductArchived):
            status = catalog.ProductStatus.ARCHIVED
        elif isinstance(record.event, catalog.ProductWritten) and not status:
            status = catalog.ProductStatus.DRAFT
    return found


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
    """What is on sale, as 2018's clients know it, by SKU."""
    rows = Product.objects.visible(to_staff=False).order_by("sku")
    return [
        legacy_catalog.Item(itemId=sku, version=min(version, 2**31 - 1), name=name, description=description or None)
        for sku, version, name, description in rows.values_list("sku", "version", "name", "description")
    ]
