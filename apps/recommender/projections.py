"""Events of orders, visitors, the catalog and the inventory, projected to the recommender's tables."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import models as db

from apps.recommender import models
from apps.recommender.domain import decay, stock, visits
from idl import analytics, catalog, orders
from thriftshop import events
from thriftshop.database import bulk, prepared

Row = TypeVar("Row", bound=db.Model)
# What a product without a row is to the recommender: not on sale, without a category.
NEW = (False, "")


def apply_orders(records: Sequence[events.Recorded]) -> None:
    """Add the baskets of confirmed orders, and remove those of cancelled ones."""
    stored = models.baskets_of(order_ids={record.stream for record in records})
    baskets = {basket.order_id: basket for basket in stored}
    existing = set(baskets)
    changes: dict[str, tuple[int, int]] = {}
    for record in records:
        basket = baskets.get(record.stream)
        if isinstance(record.event, orders.OrderCancelled):
            if basket is not None:
                _count(changes, baskets.pop(record.stream), -1)
        elif basket is None:
            baskets[record.stream] = _basket(record)
            _count(changes, baskets[record.stream], 1)
    if not changes:
        return
    is_rebuilt = not existing and _is_empty(models.Basket)
    if removed := existing - set(baskets):
        models.Basket.objects.filter(order_id__in=removed).delete()
    models.Basket.objects.add(basket for key, basket in baskets.items() if key not in existing)
    # First, because it locks: another process may apply another partition with orders of the same products.
    models.Change.objects.record("baskets", () if is_rebuilt else changes)
    models.Popularity.objects.put(_popularity_after(changes))


def _basket(record: events.Recorded) -> models.Basket:
    return models.Basket(
        order_id=record.stream,
        bought_at=record.occurred_at,
        customer_id=record.event.customer_id or "",
        skus=list(dict.fromkeys(line.sku for line in record.event.lines)),
    )


def _count(changes: dict[str, tuple[int, int]], basket: models.Basket, sign: int) -> None:
    """Add or subtract a basket and its units for each of its products."""
    added = sign * decay.popularity_units(basket.bought_at)
    for sku in basket.skus:
        units, baskets = changes.get(sku, (0, 0))
        changes[sku] = units + added, baskets + sign


def _popularity_after(changes: Mapping[str, tuple[int, int]]) -> dict[str, tuple[float, str, int]]:
    """The weights and numbers of baskets after these changes."""
    stored, changed = models.Popularity.objects.stored(changes), {}
    for sku, (units, baskets) in changes.items():
        text, baskets_before = stored.get(sku, ("", 0))
        after = decay.units_of_text(text) + units
        changed[sku] = decay.weight_of_units(after), decay.units_to_text(after), baskets_before + baskets
    return changed


def apply_visits(records: Sequence[events.Recorded]) -> None:
    """Note which products visitors viewed, and put into carts, in the same session."""
    lines: dict[int, visits.Line] = {}
    for record in records:
        event = record.event
        is_cart = isinstance(event, analytics.ItemAddedToCart)
        line = visits.line_of(record.stream, event.session, event.sku, is_cart, record.occurred_at)
        if line.key not in lines or line.seen_at > lines[line.key].seen_at:
            lines[line.key] = line
    models.VisitLine.objects.put(lines.values())


def apply_catalog(records: Sequence[events.Recorded]) -> None:
    """Update the categories and status of products, and the category tree."""
    streams = {record.stream for record in records}
    products = _rows(models.Product, streams)
    before = {sku: (row.on_sale, row.category_id) for sku, row in products.items()}
    is_rebuilt = not products and _is_empty(models.Product)
    categories: dict[str, models.Category | None] = {}
    for record in records:
        event = record.event
        if isinstance(event, catalog.CategoryWritten):
            category = event.category
            categories[category.id] = models.Category(category_id=category.id, parent_id=category.parent_id or "")
        elif isinstance(event, catalog.CategoryRemoved):
            categories[event.id] = None
        else:
            _apply_product(record, products)
    _put(models.Product, products)
    _put(models.Category, {key: row for key, row in categories.items() if row is not None})
    models.Category.objects.filter(pk__in=[key for key, row in categories.items() if row is None]).delete()
    if categories:
        models.Change.objects.record("categories")
    changed = [sku for sku, row in products.items() if before.get(sku, NEW) != (row.on_sale, row.category_id)]
    if changed:
        models.Change.objects.record("products", () if is_rebuilt else changed)


def _apply_product(record: events.Recorded, products: dict[str, models.Product]) -> None:
    row = products.setdefault(record.stream, models.Product(sku=record.stream, version=0))
    if record.version <= row.version:
        return
    row.version = record.version
    if isinstance(record.event, catalog.ProductArchived):
        row.on_sale = False
        return
    product = record.event.product
    row.on_sale = product.status == catalog.ProductStatus.PUBLISHED
    row.category_id = product.category_id or ""


def apply_inventory(records: Sequence[events.Recorded]) -> None:
    """Update the available quantities."""
    rows = models.Stock.objects.stored({record.stream for record in records})
    before = dict(rows)
    is_rebuilt = not rows and _is_empty(models.Stock)
    changed: dict[str, tuple[int, int]] = {}
    for record in records:
        available, version = rows.get(record.stream, (0, 0))
        if record.version > version:
            changed[record.stream] = rows[record.stream] = available + stock.change(record.event), record.version
    models.Stock.objects.put(changed)
    sold_out_or_back = [sku for sku in changed if (changed[sku][0] > 0) != (before.get(sku, (0, 0))[0] > 0)]
    if sold_out_or_back:
        models.Change.objects.record("stock", () if is_rebuilt else sold_out_or_back)


def _is_empty(table: type[db.Model]) -> bool:
    """Whether a table has no rows: at the start of a rebuild, which may leave out rows that the memory has."""
    return not _first_key(table)()


@lru_cache
def _first_key(table: type[db.Model]) -> Callable[[], list[Any]]:
    """The prepared query for the key of any row."""
    return prepared.query(lambda: table._default_manager.order_by().values_list("pk", flat=True)[:1])


def _rows(table: type[Row], keys: Iterable[str]) -> dict[str, Row]:
    """The existing rows by key."""
    rows: dict[str, Row] = table._default_manager.in_bulk(set(keys))
    return rows


def _put(table: type[db.Model], rows: Mapping[str, db.Model]) -> None:
    """Upsert rows in the order of their keys, so that concurrent writers do not deadlock."""
    fields = table._meta.concrete_fields
    key = next(field.attname for field in fields if field.primary_key)
    values = [[getattr(rows[name], field.attname) for field in fields] for name in sorted(rows)]
    bulk.upsert(table._default_manager.all(), [field.attname for field in fields], values, key)


PROJECTIONS = [
    events.Projection(
        "recommender.baskets",
        "orders",
        apply_orders,
        (models.Basket, models.Popularity),
        kinds=frozenset({"OrderConfirmed", "OrderCancelled"}),
    ),
    events.Projection(
        "recommender.visits",
        "analytics",
        apply_visits,
        (models.VisitLine, models.VisitTotal),
        kinds=frozenset({"ProductViewed", "ItemAddedToCart"}),
    ),
    events.Projection(
        "recommender.products",
        "catalog",
        apply_catalog,
        (models.Product, models.Category),
        kinds=frozenset(
            {"ProductWritten", "ProductPublished", "ProductArchived", "CategoryWritten", "CategoryRemoved"}
        ),
    ),
    events.Projection("recommender.stock", "inventory", apply_inventory, (models.Stock,), kinds=stock.KINDS),
]
