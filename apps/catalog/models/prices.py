"""Prices over time, past, present and scheduled: as they were set, and over the times in which they are in force."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connections, models

from apps.catalog.domain import prices as rules
from idl import catalog, common
from thriftshop import clock
from thriftshop import money as formats

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
        """The price as the contract has it; why and by whom it was set, and what is planned after it, only in full."""
        is_planned = self.valid_until is not None and self.valid_until > clock.now()
        return catalog.Price(
            sku=self.sku,
            money=common.Money(amount=self.amount, currency=self.currency),
            valid_from=self.valid_from,
            valid_until=self.valid_until if in_full or not is_planned else self.ends_at,
            reason=(self.reason or None) if in_full else None,
            actor=(self.actor or None) if in_full else None,
            ends_at=self.ends_at,
            regular=None if self.regular is None else common.Money(amount=self.regular, currency=self.currency),
        )


class PriceQuerySet(models.QuerySet["Price"]):
    """Queries on prices."""

    def not_over(self, at: int) -> "PriceQuerySet":
        """The prices in force at a moment, and those scheduled for later."""
        return self.filter(models.Q(valid_until=None) | models.Q(valid_until__gt=at))

    def in_force(self, at: int) -> "PriceQuerySet":
        """The prices in force at a moment: at most one per product and currency."""
        return self.not_over(at).filter(valid_from__lte=at)

    def structs(self, skus: Sequence[str], currency: str, at: int, *, in_full: bool) -> dict[str, catalog.Price]:
        """The prices in force at a moment as the contract has them, by SKU. In full: also of what is not on sale.

        Plain SQL: every order asks for its lines' prices, and to put the query together would take most of the time.
        """
        if not skus:
            return {}
        wanted = f"product.sku IN ({', '.join(['%s'] * len(skus))})"
        shown = "" if in_full else f" AND product.status = {catalog.ProductStatus.PUBLISHED}"
        with connections[self.db].cursor() as cursor:
            cursor.execute(f"{IN_FORCE} AND {wanted}{shown}", [currency, at, at, *skus])
            return {row[0]: Row(*row).to_struct(in_full=in_full) for row in cursor.fetchall()}


class Price(models.Model):
    """A price of a product in a currency, in minor units, over a time in which it is in force (milliseconds).

    These rows follow from the entries (PriceEntry) and are written with them, so that a price is one row at any moment.
    """

    product = models.ForeignKey("catalog.Product", on_delete=models.CASCADE, related_name="prices")
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    valid_from = models.BigIntegerField()
    valid_until = models.BigIntegerField(null=True, blank=True)
    ends_at = models.BigIntegerField(null=True, blank=True, help_text="When a temporary price gives way to another.")
    regular = models.BigIntegerField(null=True, blank=True, help_text="The regular price beside a temporary one.")
    reason = models.CharField(max_length=200, blank=True, default="")
    actor = models.CharField(max_length=64, blank=True, default="")
    awaited = models.BooleanField(
        default=False,
        help_text="Whether it began after the sliced prices (catalog_members) were last brought up to date.",
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
        """The price as the contract has it; why and by whom it was set only in full."""
        return Row(sku, *(getattr(self, name) for name in Row._fields[1:])).to_struct(in_full=in_full)


class PriceEntryQuerySet(models.QuerySet["PriceEntry"]):
    """Questions about entries."""

    def timelines(self, product_ids: Iterable[int]) -> dict[tuple[int, str], rules.Timeline]:
        """What was set for these products, by product and currency, in order."""
        found: dict[tuple[int, str], list[rules.Entry]] = {}
        rows = self.filter(product_id__in=list(product_ids)).order_by("valid_from", "is_temporary")
        for row in rows.values_list("product_id", "currency", "valid_from", "amount", "reason", "actor", "ends_at"):
            found.setdefault(row[:2], []).append(rules.Entry(*row[2:]))
        return {key: tuple(entries) for key, entries in found.items()}


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
