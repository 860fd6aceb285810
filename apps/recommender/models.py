"""Tables of the recommender: baskets and popularity from orders, products and categories, what is available."""

from collections.abc import Collection, Iterable, Mapping
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef

from thriftshop.database import bulk

# Automatic keys are in the order of the projection, and a rebuild reads orders in another one.
NEWEST_FIRST = ("-bought_at", "-order_id")


class BasketQuerySet(models.QuerySet["Basket"]):
    """Baskets, asked for."""

    def of_customer(self, customer_id: str, most: int) -> Self:
        """A customer's newest baskets, the newest first."""
        return self.filter(customer_id=customer_id).order_by(*NEWEST_FIRST)[:most]


class Basket(models.Model):
    """What one confirmed order was for."""

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
    """What sells, asked for."""

    def known(self, skus: Iterable[str]) -> dict[str, tuple[str, int]]:
        """Exact weight and number of baskets of the SKUs that there are."""
        found = bulk.read(self, ("sku", "units", "baskets"), "sku", skus)
        return {sku: (units, baskets) for sku, units, baskets in found}

    def put(self, sold: Mapping[str, tuple[float, str, int]]) -> None:
        """Writes weights, exact weights and numbers of baskets, in the order of SKUs so that two writers do not deadlock."""
        rows = ((sku, *sold[sku]) for sku in sorted(sold))
        bulk.upsert(self, ("sku", "weight", "units", "baskets"), rows, "sku")

    def for_sale(self, categories: Collection[str] | None = None) -> Self:
        """What can be sold now and was bought before, the most popular first; of these categories where they are given."""
        product = Product.objects.filter(sku=OuterRef("sku"), on_sale=True)
        if categories is not None:
            product = product.filter(category_id__in=categories)
        available = Stock.objects.filter(sku=OuterRef("sku"), available__gt=0)
        return self.filter(Exists(product), Exists(available), baskets__gt=0).order_by("-weight", "sku")


class Popularity(models.Model):
    """How well a product sells: the weights of the baskets that it was in."""

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
    """Products, asked for."""

    def sellable(self, skus: Iterable[str]) -> set[str]:
        """Those of the SKUs that are on sale and available."""
        available = Stock.objects.filter(sku=OuterRef("sku"), available__gt=0)
        return set(self.filter(Exists(available), sku__in=list(skus), on_sale=True).values_list("sku", flat=True))

    def categories_of(self, skus: Iterable[str]) -> set[str]:
        """The ids of the categories in which these products are."""
        found = self.filter(sku__in=list(skus)).exclude(category_id="").values_list("category_id", flat=True)
        return set(found)


class Product(models.Model):
    """What of a product matters here: where it is and whether it is on sale."""

    sku = models.CharField(max_length=64, primary_key=True)
    category_id = models.CharField(max_length=64, blank=True, db_index=True)
    on_sale = models.BooleanField(default=False)
    version = models.BigIntegerField(help_text="Of the last event that is accounted for.")

    objects = SellableProductQuerySet.as_manager()

    def __str__(self) -> str:
        return self.sku


class CategoryTreeQuerySet(models.QuerySet["Category"]):
    """Categories, asked for."""

    def below(self, category_id: str) -> set[str]:
        """The ids of a category and of all below it; none where there is no such category."""
        parents = dict(self.values_list("category_id", "parent_id"))
        children: dict[str, list[str]] = {}
        for child, parent in parents.items():
            children.setdefault(parent, []).append(child)
        found: set[str] = set()
        ahead = [category_id] if category_id in parents else []
        while ahead:
            one = ahead.pop()
            if one not in found:
                found.add(one)
                ahead.extend(children.get(one, ()))
        return found


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

    def known(self, skus: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Available quantity and version of the SKUs that there are."""
        found = bulk.read(self, ("sku", "available", "version"), "sku", skus)
        return {sku: (available, version) for sku, available, version in found}

    def put(self, moved: Mapping[str, tuple[int, int]]) -> None:
        """Write available quantities and versions; in the order of SKUs, so that two writers never wait for each other."""
        rows = ((sku, *moved[sku]) for sku in sorted(moved))
        bulk.upsert(self, ("sku", "available", "version"), rows, "sku")


class Stock(models.Model):
    """How many pieces of a product can still be sold."""

    sku = models.CharField(max_length=64, primary_key=True)
    available = models.BigIntegerField()
    version = models.BigIntegerField(help_text="Of the last event that is accounted for.")

    objects = StockQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "stock"

    def __str__(self) -> str:
        return f"{self.sku}: {self.available} available"
