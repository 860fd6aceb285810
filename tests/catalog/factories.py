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
    """A trait whose name is its code with a capital."""
    return catalog.Attribute(code=code, name=code.capitalize(), value=value)


def product_input(
    sku: str | None = None, name: str = "Oak chest", price: float | None = 10.0, **fields
) -> catalog.ProductInput:
    """A line to write: on sale at ten pounds unless told otherwise."""
    fields.setdefault("status", PUBLISHED)
    if price is not None:
        fields.setdefault("prices", [money(price)])
    return catalog.ProductInput(sku=f"SKU-{next(numbers)}" if sku is None else sku, name=name, **fields)


def put(*inputs: catalog.ProductInput, dry_run: bool = False) -> list[catalog.ProductOutcome]:
    """Writes lines as a member of staff."""
    with acting.as_staff("catalog"):
        return service().put_products(list(inputs), dry_run)


def product(name: str = "Oak chest", **fields) -> str:
    """A product written into the catalog; its SKU."""
    wanted = product_input(name=name, **fields)
    (outcome,) = put(wanted)
    assert outcome.outcome == "created", outcome.problem
    return wanted.sku


def category(name: str, parent_id: str | None = None) -> str:
    """A category written into the catalog; its id."""
    with acting.as_staff("catalog"):
        return service().put_category(None, catalog.CategoryInput(name=name, parent_id=parent_id)).id


def read(sku: str) -> catalog.Product:
    """A product as staff see it."""
    with acting.as_staff("catalog"):
        (found,) = service().get_products([sku])
    return found


def found(
    sort: int = catalog.ProductSort.RELEVANCE, first: int = 100, after: str | None = None, **conditions
) -> list[str]:
    """The SKUs that a stranger finds."""
    with acting.as_stranger():
        page = common.Page(first=first, after=after)
        return [one.sku for one in service().find_products(catalog.ProductFilter(**conditions), sort, page).products]


def tables() -> list[tuple]:
    """Every row of the catalog and of its events: to show that nothing has changed."""
    from apps.catalog import models
    from thriftshop.event_store.models import Event

    written: list = [
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
    return [(table.__name__, *row) for table in written for row in table.objects.order_by("pk").values_list()]
