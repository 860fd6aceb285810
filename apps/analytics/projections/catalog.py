"""Events of the catalog to the names of products and categories."""

from collections.abc import Sequence

from apps.analytics.models import CategoryName, ProductName
from apps.analytics.models import sums as tables
from idl import catalog
from thriftshop import events


def apply(records: Sequence[events.Recorded]) -> None:
    """Store the latest names."""
    _apply_products([record for record in records if isinstance(record.event, catalog.ProductWritten)])
    categories: dict[str, str | None] = {}
    for record in records:
        if isinstance(record.event, catalog.CategoryWritten):
            categories[record.event.category.id] = record.event.category.name
        elif isinstance(record.event, catalog.CategoryRemoved):
            categories[record.event.id] = None
    named = [{"category_id": key, "name": name[:200]} for key, name in categories.items() if name is not None]
    tables.put(CategoryName, "category_id", named)
    CategoryName.objects.filter(pk__in=[key for key, name in categories.items() if name is None]).delete()


def _apply_products(records: Sequence[events.Recorded]) -> None:
    stored = ProductName.objects.filter(pk__in={record.stream for record in records})
    versions = dict(stored.values_list("sku", "version"))
    rows = {}
    for record in records:
        if record.version > versions.get(record.stream, 0):
            versions[record.stream] = record.version
            product = record.event.product
            rows[record.stream] = {
                "sku": record.stream,
                "name": product.name[:200],
                "category_id": product.category_id or "",
                "version": record.version,
            }
    tables.put(ProductName, "sku", list(rows.values()))
