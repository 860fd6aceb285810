"""Products."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import models

from apps.catalog.domain import products as rules
from apps.catalog.domain import slugs
from apps.catalog.models import search
from apps.catalog.models.images import Image
from apps.catalog.models.prices import Price
from idl import catalog, common
from thriftshop.database import prepared


class ProductQuerySet(models.QuerySet["Product"]):
    """Queries on products."""

    def visible(self, *, to_staff: bool) -> "ProductQuerySet":
        """All products for staff, those on sale for everybody else."""
        return self if to_staff else self.filter(status=catalog.ProductStatus.PUBLISHED)

    def search(self, text: str) -> "ProductQuerySet":
        """The products that match a text, with their `relevance`, best match first.

        Words match by prefix and in spite of typing errors. Any text is allowed; one without words matches nothing.
        """
        return search.matching(self, text)


class Product(models.Model):
    """A product. Times are in milliseconds; `published_at` is 0 for products that were never on sale."""

    id = models.BigAutoField(primary_key=True)
    sku = models.CharField("SKU", max_length=64, unique=True)
    slug = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    sort_name = models.CharField(max_length=200, help_text="The name without case and accents, as it is sorted.")
    description = models.TextField(blank=True, default="")
    status = models.SmallIntegerField(
        choices=[(value, name.capitalize()) for value, name in catalog.ProductStatus._VALUES_TO_NAMES.items()]
    )
    category = models.ForeignKey(
        "catalog.Category", null=True, blank=True, on_delete=models.PROTECT, related_name="products"
    )
    attributes = models.JSONField(default=list, help_text="The traits: lists of code, name and value.")
    version = models.BigIntegerField(help_text="Counts its changes: the version of its last event.")
    created_at = models.BigIntegerField()
    updated_at = models.BigIntegerField()
    published_at = models.BigIntegerField(default=0)

    objects = ProductQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["sort_name", "id"], name="catalog_product_by_name"),
            models.Index(fields=["published_at", "id"], name="catalog_product_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.sku})"

    @property
    def is_on_sale(self) -> bool:
        """Whether everybody may see it."""
        return self.status == catalog.ProductStatus.PUBLISHED

    @property
    def details(self) -> rules.Details:
        """The details, in the form that the rules use."""
        return rules.Details(
            name=self.name,
            slug=self.slug,
            description=self.description,
            category_id=self.category_id or "",
            traits=tuple(rules.Trait(*trait) for trait in self.attributes),
            status=self.status,
        )

    @details.setter
    def details(self, details: rules.Details) -> None:
        self.name, self.slug, self.description = details.name, details.slug, details.description
        self.sort_name = slugs.folded(details.name)[:200]
        self.category_id = details.category_id or None
        self.attributes = [list(trait) for trait in details.traits]
        self.status = details.status

    def to_struct(
        self,
        prices: Iterable[common.Money],
        sales: Iterable[catalog.Sale],
        images: Iterable[Image],
        valid_until: int | None = None,
    ) -> catalog.Product:
        """The product as a struct of the contract: prices that are current until `valid_until`, and images in order."""
        return catalog.Product(
            sku=self.sku,
            slug=self.slug,
            name=self.name,
            description=self.description,
            status=self.status,
            category_id=self.category_id,
            attributes=[catalog.Attribute(code=code, name=name, value=value) for code, name, value in self.attributes],
            images=[image.to_struct() for image in images],
            prices=list(prices),
            version=self.version,
            created_at=self.created_at,
            updated_at=self.updated_at,
            published_at=self.published_at or None,
            sales=list(sales) or None,
            valid_until=valid_until,
        )


class Trait(models.Model):
    """The display name of a trait, as it was last saved."""

    code = models.CharField(primary_key=True, max_length=50)
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


def structs(products: Sequence[Product], at: int) -> list[catalog.Product]:
    """The products as structs of the contract, with their prices at a moment. Makes two queries."""
    ids = [product.id for product in products]
    prices, sales, changes = _prices(ids, at)
    images = _images(ids)
    return [
        product.to_struct(
            prices[product.id], sales[product.id], images[product.id], min(changes[product.id], default=None)
        )
        for product in products
    ]


def _prices(
    product_ids: Sequence[int], at: int
) -> tuple[dict[int, list[common.Money]], dict[int, list[catalog.Sale]], dict[int, list[int]]]:
    """By product: the prices at a moment, those of them that are temporary, and the times of later changes."""
    prices: dict[int, list[common.Money]] = defaultdict(list)
    sales: dict[int, list[catalog.Sale]] = defaultdict(list)
    changes: dict[int, list[int]] = defaultdict(list)
    rows = _prices_not_ended(product_ids=product_ids, at=at)
    for product_id, amount, currency, valid_from, valid_until, ends_at, regular in rows:
        if valid_from > at:
            changes[product_id].append(valid_from)
            continue
        if valid_until is not None:
            changes[product_id].append(valid_until)
        price = common.Money(amount=amount, currency=currency)
        prices[product_id].append(price)
        if ends_at is not None:
            regular_price = None if regular is None else common.Money(amount=regular, currency=currency)
            sales[product_id].append(catalog.Sale(money=price, regular=regular_price, ends_at=ends_at))
    return prices, sales, changes


def _images(product_ids: Sequence[int]) -> dict[int, list[Image]]:
    images: dict[int, list[Image]] = defaultdict(list)
    for image in _images_of(product_ids=product_ids):
        images[image.product_id].append(image)
    return images


@prepared.query
def _prices_not_ended(product_ids: Collection[int], at: int) -> models.QuerySet[Price, tuple[Any, ...]]:
    columns = ("product_id", "amount", "currency", "valid_from", "valid_until", "ends_at", "regular")
    return Price.objects.not_ended(at).filter(product_id__in=product_ids).order_by("currency").values_list(*columns)


@prepared.query
def _images_of(product_ids: Collection[int]) -> models.QuerySet[Image]:
    return Image.objects.filter(product_id__in=product_ids).order_by("position")
