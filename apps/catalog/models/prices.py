"""Past, current and scheduled prices: the entries as they were set, and the periods in which each price is in force."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import models

from apps.catalog.domain import prices as rules
from idl import catalog, common
from thriftshop import clock
from thriftshop import money as formats
from thriftshop.database import statements

IN_FORCE = (
    "SELECT product.sku, price.amount, price.currency, price.valid_from, price.valid_until, price.reason, price.actor,"
    " price.ends_at, price.regular"
    " FROM catalog_product AS product JOIN catalog_price AS price ON price.product_id = product.id"
    " WHERE price.currency = %s AND price.valid_from <= %s AND (price.valid_until IS NULL OR price.valid_until > %s)"
)


class Row(NamedTuple):
    """A price in force, as `IN_FORCE` reads it."""

    sku: str
    amount: int
    currency: str
    valid_from: int
    valid_until: int | None
    reason: str
    actor: str
    ends_at: int | None
    regular: int | None

    def to_struct(self, *, in_full: bool) -> catalog.Price:
        """The price as a struct of the contract; with its reason, its actor and a scheduled successor only if `in_full`."""
        is_scheduled = self.valid_until is not None and self.valid_until > clock.now()
        return catalog.Price(
            sku=self.sku,
            money=common.Money(amount=self.amount, currency=self.currency),
            valid_from=self.valid_from,
            valid_until=self.valid_until if in_full or not is_scheduled else self.ends_at,
            reason=(self.reason or None) if in_full else None,
            actor=(self.actor or None) if in_full else None,
            ends_at=self.ends_at,
            regular=None if self.regular is None else common.Money(amount=self.regular, currency=self.currency),
        )


class PriceQuerySet(models.QuerySet["Price"]):
    """Queries on prices."""

    def not_ended(self, at: int) -> "PriceQuerySet":
        """The prices in force at a moment, and those scheduled for later."""
        return self.filter(models.Q(valid_until=None) | models.Q(valid_until__gt=at))

    def in_force(self, at: int) -> "PriceQuerySet":
        """The prices in force at a moment: at most one per product and currency."""
        return self.not_ended(at).filter(valid_from__lte=at)

    def next_start(self, currency: str, at: int) -> int | None:
        """When the next scheduled price in a currency starts after a moment; also at the end of a temporary price."""
        scheduled = self.filter(awaited=True, currency=currency, valid_from__gt=at)
        start: int | None = scheduled.aggregate(start=models.Min("valid_from"))["start"]
        return start

    def structs(self, skus: Sequence[str], currency: str, at: int, *, in_full: bool) -> dict[str, catalog.Price]:
        """The prices in force at a moment as structs of the contract, by SKU. `in_full` includes products that are not on sale.

        Plain SQL, because every order reads prices and building the query would take most of the time.
        """
        if not skus:
            return {}
        by_sku = f"product.sku IN ({', '.join(['%s'] * len(skus))})"
        by_status = "" if in_full else f" AND product.status = {catalog.ProductStatus.PUBLISHED}"
        rows = statements.fetch(f"{IN_FORCE} AND {by_sku}{by_status}", [currency, at, at, *skus], self.db)
        return {row[0]: Row(*row).to_struct(in_full=in_full) for row in rows}


class Price(models.Model):
    """A period in which a price of a product in a currency is in force. Amounts in minor units, times in milliseconds.

    The rows are derived from the entries (PriceEntry) and saved with them, so that the price at any moment is one row.
    """

    product = models.ForeignKey("catalog.Product", on_delete=models.CASCADE, related_name="prices")
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    valid_from = models.BigIntegerField()
    valid_until = models.BigIntegerField(null=True, blank=True)
    ends_at = models.BigIntegerField(null=True, blank=True, help_text="The end of a temporary price.")
    regular = models.BigIntegerField(
        null=True, blank=True, help_text="The regular price that a temporary one replaces."
    )
    reason = models.CharField(max_length=200, blank=True, default="")
    actor = models.CharField(max_length=64, blank=True, default="")
    awaited = models.BooleanField(
        default=False,
        help_text="Whether it is scheduled and not yet included in the sliced prices (catalog_members).",
    )

    objects = PriceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "currency", "valid_from"], name="catalog_price_once"),
        ]
        indexes = [
            models.Index(
                fields=["currency", "valid_from"], name="catalog_price_awaited", condition=models.Q(awaited=True)
            )
        ]

    def __str__(self) -> str:
        return formats.format_amount(self.amount, self.currency)

    def to_struct(self, sku: str, *, in_full: bool) -> catalog.Price:
        """The price as a struct of the contract; see `Row.to_struct`."""
        return Row(sku, *(getattr(self, name) for name in Row._fields[1:])).to_struct(in_full=in_full)


class PriceEntryQuerySet(models.QuerySet["PriceEntry"]):
    """Queries on entries."""

    def timelines(self, product_ids: Iterable[int]) -> dict[tuple[int, str], rules.Timeline]:
        """The timelines of these products, by product and currency."""
        timelines: dict[tuple[int, str], list[rules.Entry]] = {}
        rows = self.filter(product_id__in=list(product_ids)).order_by("valid_from", "is_temporary")
        for row in rows.values_list("product_id", "currency", "valid_from", "amount", "reason", "actor", "ends_at"):
            timelines.setdefault(row[:2], []).append(rules.Entry(*row[2:]))
        return {key: tuple(entries) for key, entries in timelines.items()}


class PriceEntry(models.Model):
    """A regular or temporary price of a product in a currency, as it was set (apps/catalog/domain/prices.py)."""

    product = models.ForeignKey("catalog.Product", on_delete=models.CASCADE, related_name="price_entries")
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    valid_from = models.BigIntegerField()
    is_temporary = models.BooleanField()
    ends_at = models.BigIntegerField(null=True, blank=True, help_text="When a temporary price ends.")
    reason = models.CharField(max_length=200, blank=True, default="")
    actor = models.CharField(max_length=64, blank=True, default="")

    objects = PriceEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "price entries"
        constraints = [
            models.UniqueConstraint(
                fields=["product", "currency", "valid_from", "is_temporary"], name="catalog_price_entry_once"
            ),
        ]

    def __str__(self) -> str:
        return formats.format_amount(self.amount, self.currency)
