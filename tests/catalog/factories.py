"""Factories of products, categories and prices for the catalog's tests."""

import itertools

from idl import catalog, common
from tests import acting
from thriftshop import rpc

numbers = itertools.count(1)
GBP, EUR = "GBP", "EUR"
DRAFT, PUBLISHED, ARCHIVED = (
    catalog.ProductStatus.DRAFT,
    catalog.ProductStatus.PUBLISHED,
    catalog.ProductStatus.ARCHIVED,
)


def service() -> catalog.CatalogService:
    """The catalog, by its contract."""
    return rpc.connect(catalog.CatalogService)


def money(pounds: float, currency: str = GBP) -> common.Money:
    """An amount in minor units."""
    return common.Money(amount=round(pounds * 100), currency=currency)


def attribute(code: str, value: str) -> catalog.Attribute:
    """An attribute named by its capitalised code."""
    return catalog.Attribute(code=code, name=code.capitalize(), value=value)


def product_input(
    sku: str | None = None, name: str = "Oak chest", price: float | None = 10.0, **fields
) -> catalog.ProductInput:
    """The input of a product, by default on sale at ten pounds."""
    fields.setdefault("status", PUBLISHED)
    if price is not None:
        fields.setdefault("prices", [money(price)])
    return catalog.ProductInput(sku=f"SKU-{next(numbers)}" if sku is None else sku, name=name, **fields)


def put(*inputs: catalog.ProductInput, dry_run: bool = False) -> list[catalog.ProductOutcome]:
    """Save products as a member of staff."""
    with acting.as_staff("catalog"):
        return service().put_products(list(inputs), dry_run)


def product(name: str = "Oak chest", **fields) -> str:
    """Create a product, and return its SKU."""
    new = product_input(name=name, **fields)
    (outcome,) = put(new)
    assert outcome.outcome == "created", outcome.problem
    return new.sku


def category(name: str, parent_id: str | None = None) -> str:
    """Create a category, and return its id."""
    with acting.as_staff("catalog"):
        return service().put_category(None, catalog.CategoryInput(name=name, parent_id=parent_id)).id


def read(sku: str) -> catalog.Product:
    """A product, read as a member of staff."""
    with acting.as_staff("catalog"):
        (product,) = service().get_products([sku])
    return product


def find(
    sort: int = catalog.ProductSort.RELEVANCE, first: int = 100, after: str | None = None, **conditions
) -> list[str]:
    """The SKUs that an anonymous viewer finds."""
    with acting.as_stranger():
        page = common.Page(first=first, after=after)
        products = service().find_products(catalog.ProductFilter(**conditions), sort, page).products
        return [product.sku for product in products]


def stored_rows() -> list[tuple]:
    """All rows of the catalog and all events, to check that nothing changed."""
    from apps.catalog import models
    from thriftshop.event_store.models import Event

    tables: list = [
        models.Product,
        models.Category,
        models.Price,
        models.PriceEntry,
        models.Image,
        models.StoredFile,
        models.Trait,
        models.Members,
        Event,
    ]
    return [(table.__name__, *row) for table in tables for row in table.objects.order_by("pk").values_list()]
