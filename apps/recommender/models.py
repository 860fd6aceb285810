"""Tables of the recommender: baskets, popularity, products, categories and stock."""

from collections.abc import Collection, Iterable, Mapping
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef

from thriftshop.database import bulk

# Not by primary key, because a rebuild projects orders in another sequence.
NEWEST_FIRST = ("-bought_at", "-order_id")


class BasketQuerySet(models.QuerySet["Basket"]):
    """Queries on baskets."""

    def of_customer(self, customer_id: str, limit: int) -> Self:
        """A customer's latest baskets, newest first."""
        return self.filter(customer_id=customer_id).order_by(*NEWEST_FIRST)[:limit]


class Basket(models.Model):
    """The products of a confirmed order."""

    order_id = models.CharField(max_length=128, unique=True)
    bought_at = models.BigIntegerField(help_text="Milliseconds since 1970.")
    customer_id = models.CharField(max_length=64, blank=True, help_text="Empty for a guest's.")
    skus = models.JSONField(help_text="The SKUs, each once.")

    objects = BasketQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["customer_id", "-bought_at"], name="basket_by_customer"),
            models.Index(fields=NEWEST_FIRST, name="basket_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {len(self.skus)} products"


class PopularityQuerySet(models.QuerySet["Popularity"]):
    """Popularity, read and written many at a time."""

    def stored(self, skus: Iterable[str]) -> dict[str, tuple[str, int]]:
        """Exact weight and number of baskets of the SKUs that have a row."""
        rows = bulk.read(self, ("sku", "units", "baskets"), "sku", skus)
        return {sku: (units, baskets) for sku, units, baskets in rows}

    def put(self, popularity: Mapping[str, tuple[float, str, int]]) -> None:
        """Write weights, exact weights and numbers of baskets, sorted by SKU so that concurrent writers do not deadlock."""
        rows = ((sku, *popularity[sku]) for sku in sorted(popularity))
        bulk.upsert(self, ("sku", "weight", "units", "baskets"), rows, "sku")

    def for_sale(self, categories: Collection[str] | None = None) -> Self:
        """Products on sale and in stock with sales, most popular first; optionally only of some categories."""
        product = Product.objects.filter(sku=OuterRef("sku"), on_sale=True)
        if categories is not None:
            product = product.filter(category_id__in=categories)
        available = Stock.objects.filter(sku=OuterRef("sku"), available__gt=0)
        return self.filter(Exists(product), Exists(available), baskets__gt=0).order_by("-weight", "sku")


class Popularity(models.Model):
    """The popularity of a product: the sum of the weights of its baskets."""

    sku = models.CharField(max_length=64, primary_key=True)
    weight = models.FloatField(
        default=0.0, help_text="Grows with each sale, with later ones more; see domain/decay.py."
    )
    baskets = models.BigIntegerField(default=0, help_text="How many baskets it was in.")
    units = models.TextField(db_default="", default="", help_text="The exact weight; see domain/decay.py.")

    objects = PopularityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "popularity"
        indexes = [models.Index(fields=["-weight", "sku"], name="popularity_order")]

    def __str__(self) -> str:
        return f"{self.sku}: in {self.baskets} baskets"


class SellableProductQuerySet(models.QuerySet["Product"]):
    """Queries on products."""

    def sellable(self, skus: Iterable[str]) -> set[str]:
        """Those of the SKUs that are on sale and available."""
        available = Stock.objects.filter(sku=OuterRef("sku"), available__gt=0)
        return set(self.filter(Exists(available), sku__in=list(skus), on_sale=True).values_list("sku", flat=True))

    def categories_of(self, skus: Iterable[str]) -> set[str]:
        """The ids of the categories of these products."""
        ids = self.filter(sku__in=list(skus)).exclude(category_id="").values_list("category_id", flat=True)
        return set(ids)


class Product(models.Model):
    """A product's category, and whether it is on sale."""

    sku = models.CharField(max_length=64, primary_key=True)
    category_id = models.CharField(max_length=64, blank=True, db_index=True)
    on_sale = models.BooleanField(default=False)
    version = models.BigIntegerField(help_text="Of the last event that is accounted for.")

    objects = SellableProductQuerySet.as_manager()

    def __str__(self) -> str:
        return self.sku


class CategoryTreeQuerySet(models.QuerySet["Category"]):
    """Queries on categories."""

    def below(self, category_id: str) -> set[str]:
        """The ids of a category and its descendants; empty for an unknown category."""
        parents = dict(self.values_list("category_id", "parent_id"))
        children: dict[str, list[str]] = {}
        for child, parent in parents.items():
            children.setdefault(parent, []).append(child)
        ids: set[str] = set()
        queue = [category_id] if category_id in parents else []
        while queue:
            current = queue.pop()
            if current not in ids:
                ids.add(current)
                queue.extend(children.get(current, ()))
        return ids


class Category(models.Model):
    """A node of the category tree."""

    category_id = models.CharField(max_length=64, primary_key=True)
    parent_id = models.CharField(max_length=64, blank=True, help_text="Empty at a root.")

    objects = CategoryTreeQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.category_id


class StockQuerySet(models.QuerySet["Stock"]):
    """Stock, read and written many at a time."""

    def stored(self, skus: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Available quantity and version of the SKUs that have a row."""
        rows = bulk.read(self, ("sku", "available", "version"), "sku", skus)
        return {sku: (available, version) for sku, available, version in rows}

    def put(self, changed: Mapping[str, tuple[int, int]]) -> None:
        """Write available quantities and versions, in the order of SKUs, so that concurrent writers do not deadlock."""
        rows = ((sku, *changed[sku]) for sku in sorted(changed))
        bulk.upsert(self, ("sku", "available", "version"), rows, "sku")


class Stock(models.Model):
    """The available quantity of a product."""

    sku = models.CharField(max_length=64, primary_key=True)
    available = models.BigIntegerField()
    version = models.BigIntegerField(help_text="Of the last event that is accounted for.")

    objects = StockQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "stock"

    def __str__(self) -> str:
        return f"{self.sku}: {self.available} available"
