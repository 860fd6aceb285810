"""Tables of the recommender: baskets, visits, popularity, products, categories, stock, and what changed in them last."""

from collections.abc import Collection, Iterable, Mapping
from typing import Self

from django.db import connections, models

from apps.recommender.domain import categories, visits
from thriftshop.database import bulk, prepared, statements

# Not by primary key, because a rebuild projects orders in another sequence.
NEWEST_FIRST = ("-bought_at", "-order_id")
# The latest changes that are kept for each source. A process that has missed more reads everything again.
MAX_CHANGES = 1000
SOURCES = ("baskets", "products", "categories", "stock")


class BasketQuerySet(models.QuerySet["Basket"]):
    """Queries on baskets."""

    def of_customer(self, customer_id: str, limit: int) -> Self:
        """A customer's latest baskets, newest first."""
        return self.filter(customer_id=customer_id).order_by(*NEWEST_FIRST)[:limit]

    def add(self, baskets: Iterable["Basket"]) -> None:
        """Insert baskets."""
        fields = [field for field in self.model._meta.concrete_fields if not field.primary_key]
        connection = connections[self.db]
        rows = [
            [field.get_db_prep_save(getattr(basket, field.attname), connection) for field in fields]
            for basket in baskets
        ]
        bulk.insert(self, [str(field.column) for field in fields], rows)


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


@prepared.query
def baskets_of(order_ids: Collection[str]) -> models.QuerySet[Basket]:
    """The baskets of these orders."""
    return Basket.objects.filter(order_id__in=order_ids)


class VisitLineQuerySet(models.QuerySet["VisitLine"]):
    """Lines of visits, of which the newest are kept."""

    def put(self, lines: Iterable[visits.Line]) -> None:
        """Write lines, later times in place of earlier ones, and delete the oldest beyond the maximum.

        The newest lines by time and key are the same ones, in whatever order they are written.
        """
        by_key = {line.key: line for line in lines}
        if not by_key:
            return
        # First, because it locks: another process may delete what this one has read.
        kept = int(statements.fetch(LOCK_TOTAL, [], self.db)[0][0])
        stored = dict(bulk.read(self, ("key", "seen_at"), "key", by_key))
        changed = [by_key[key] for key in sorted(by_key) if by_key[key].seen_at > stored.get(key, -1)]
        bulk.upsert(self, visits.Line._fields, changed, "key")
        kept += sum(line.key not in stored for line in changed)
        if kept > visits.MAX_LINES:
            oldest = self.order_by("seen_at", "key").values_list("key", flat=True)[: kept - visits.MAX_LINES]
            kept -= self.filter(key__in=list(oldest)).delete()[0]
        VisitTotal.objects.update(lines=kept)


LOCK_TOTAL = (
    "INSERT INTO recommender_visittotal (id, lines) VALUES (1, 0)"
    " ON CONFLICT (id) DO UPDATE SET lines = recommender_visittotal.lines RETURNING lines"
)


class VisitLine(models.Model):
    """A product that was viewed, or put into a cart, in a visit of somebody who consented to tracking."""

    key = models.BigIntegerField(primary_key=True, help_text="A digest of all but the time.")
    visit = models.BigIntegerField(help_text="A digest of the visitor's and the session's pseudonyms.")
    sku = models.CharField(max_length=64)
    is_cart = models.BooleanField(help_text="Whether it was put into a cart.")
    seen_at = models.BigIntegerField(help_text="The last time, in milliseconds since 1970.")

    objects = VisitLineQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["seen_at", "key"], name="visit_line_by_time")]

    def __str__(self) -> str:
        return f"{self.sku} {'in a cart' if self.is_cart else 'viewed'}"


class VisitTotal(models.Model):
    """The number of lines of visits, in one row."""

    id = models.SmallIntegerField(primary_key=True)
    lines = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.lines)


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


class Product(models.Model):
    """A product's category, and whether it is on sale."""

    sku = models.CharField(max_length=64, primary_key=True)
    category_id = models.CharField(max_length=64, blank=True, db_index=True)
    on_sale = models.BooleanField(default=False)
    version = models.BigIntegerField(help_text="Of the last event that is accounted for.")

    def __str__(self) -> str:
        return self.sku


class CategoryTreeQuerySet(models.QuerySet["Category"]):
    """Queries on categories."""

    def below(self, category_id: str) -> set[str]:
        """The ids of a category and its descendants; empty for an unknown category."""
        return categories.below(dict(self.values_list("category_id", "parent_id")), category_id)


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


class ChangeQuerySet(models.QuerySet["Change"]):
    """Changes, recorded by the projections and followed by the memory of each process."""

    recorded = 0  # by this process, which need not wait to look for them

    def record(self, source: str, skus: Iterable[str] = ()) -> None:
        """Record that these products changed, or everything without any, in the transaction that changes them.

        The row with the source's last number is locked until the transaction ends, so that numbers become visible in order.
        """
        number = int(statements.fetch(NEXT_NUMBER, [source], self.db)[0][0])
        row = (f"{source} {number % MAX_CHANGES}", source, number, "\n".join(sorted(skus)))
        bulk.upsert(self, ("slot", "source", "number", "skus"), [row], "slot")
        ChangeQuerySet.recorded += 1


NEXT_NUMBER = (
    "INSERT INTO recommender_revision (source, number) VALUES (%s, 1)"
    " ON CONFLICT (source) DO UPDATE SET number = recommender_revision.number + 1 RETURNING number"
)


class Revision(models.Model):
    """The number of the last change from a source."""

    source = models.CharField(max_length=10, primary_key=True, choices=[(name, name) for name in SOURCES])
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.source}: {self.number}"


class Change(models.Model):
    """What a batch of events changed. It takes the place of the change MAX_CHANGES before it."""

    slot = models.CharField(max_length=20, primary_key=True, help_text="The source, and the number modulo MAX_CHANGES.")
    source = models.CharField(max_length=10, choices=[(name, name) for name in SOURCES])
    number = models.BigIntegerField()
    skus = models.TextField(help_text="The SKUs of the changed products, one a line; empty for everything.")

    objects = ChangeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["source", "number"], name="change_by_number")]

    def __str__(self) -> str:
        return f"{self.source} {self.number}"
