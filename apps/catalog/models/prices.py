"""Prices over time, one row each: past, present and scheduled."""

from collections.abc import Iterable, Sequence

from django.db import connections, models

from apps.catalog.domain import prices as rules
from idl import catalog, common

IN_FORCE = (
    "SELECT product.sku, price.amount, price.currency, price.valid_from, price.valid_until, price.reason, price.actor"
    " FROM catalog_product AS product JOIN catalog_price AS price ON price.product_id = product.id"
    " WHERE price.currency = %s AND price.valid_from <= %s AND (price.valid_until IS NULL OR price.valid_until > %s)"
)


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
            return {row[0]: struct(*row, in_full=in_full) for row in cursor.fetchall()}

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
