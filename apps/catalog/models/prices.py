"""Prices over time, one row each: past, present and scheduled."""

from collections.abc import Iterable

from django.db import models

from apps.catalog.domain import prices as rules
from idl import catalog, common


def struct(
    sku: str,
    amount: int,
    currency: str,
    valid_from: int,
    valid_until: int | None,
    reason: str,
    actor: str,
    *,
    in_full: bool,
) -> catalog.Price:
    """A price as the contract has it; why and by whom it was set only in full."""
    return catalog.Price(
        sku=sku,
        money=common.Money(amount=amount, currency=currency),
        valid_from=valid_from,
        valid_until=valid_until,
        reason=(reason or None) if in_full else None,
        actor=(actor or None) if in_full else None,
    )


class PriceQuerySet(models.QuerySet["Price"]):
    """Questions about prices."""

    def in_force(self, at: int) -> "PriceQuerySet":
        """The prices that hold at a moment: at most one of each product and currency."""
        return self.filter(models.Q(valid_until=None) | models.Q(valid_until__gt=at), valid_from__lte=at)

    def structs(self, *, in_full: bool) -> dict[str, catalog.Price]:
        """The prices as the contract has them, by SKU, one a product; why and by whom they were set only in full."""
        rows = self.values_list("product__sku", "amount", "currency", "valid_from", "valid_until", "reason", "actor")
        return {row[0]: struct(*row, in_full=in_full) for row in rows}

    def timelines(self, product_ids: Iterable[int]) -> dict[tuple[int, str], rules.Timeline]:
        """All prices of these products, by product and currency, in order."""
        found: dict[tuple[int, str], list[rules.Entry]] = {}
        rows = self.filter(product_id__in=list(product_ids)).order_by("valid_from")
        for row in rows.values_list("product_id", "currency", "valid_from", "amount", "reason", "actor"):
            found.setdefault(row[:2], []).append(rules.Entry(*row[2:]))
        return {key: tuple(entries) for key, entries in found.items()}


class Price(models.Model):
    """A price of a product in a currency, in minor units, over the time it is in force (milliseconds)."""

    product = models.ForeignKey("catalog.Product", on_delete=models.CASCADE, related_name="prices")
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    valid_from = models.BigIntegerField()
    valid_until = models.BigIntegerField(null=True, blank=True)
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
        return rules.shown(self.amount, self.currency)

    def to_struct(self, sku: str, *, in_full: bool) -> catalog.Price:
        """The price as the contract has it; why and by whom it was set only in full."""
        row = (self.amount, self.currency, self.valid_from, self.valid_until, self.reason, self.actor)
        return struct(sku, *row, in_full=in_full)
