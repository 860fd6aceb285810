"""Tables that events are projected to: orders, who placed them, and operations of gateways."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models

from apps.experiments.domain import purchases
from thriftshop.database import prepared

FIELDS = tuple(purchases.Purchase.__dataclass_fields__)


class Purchase(models.Model):
    """An order as far as results need it; the fields are those of the domain."""

    order_id = models.CharField(max_length=64, primary_key=True)
    version = models.BigIntegerField(help_text="Of the last event that is accounted for.")
    placed_at = models.BigIntegerField(db_index=True)
    currency = models.CharField(max_length=3)
    customer_id = models.CharField(max_length=64, blank=True, db_index=True, help_text="Empty for a guest's.")
    total = models.BigIntegerField()
    units = models.BigIntegerField()
    is_confirmed = models.BooleanField(default=False)
    is_cancelled = models.BooleanField(default=False)
    reduced = models.BigIntegerField(default=0, help_text="By how much cancellations reduced the total.")
    refunded = models.BigIntegerField(default=0)
    units_cancelled = models.BigIntegerField(default=0)
    units_returned = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.order_id

    def parsed(self) -> purchases.Purchase:
        """The order as the domain has it."""
        return purchases.Purchase(*(getattr(self, name) for name in FIELDS))


@prepared.query
def purchases_of(order_ids: Collection[str]) -> models.QuerySet[Purchase]:
    """The orders with these ids."""
    return Purchase.objects.filter(order_id__in=order_ids)


class GuestOrder(models.Model):
    """A visitor placed this order as a guest."""

    order_id = models.CharField(max_length=64)
    unit = models.CharField(max_length=80, db_index=True)
    at = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order_id", "unit"], name="experiments_guest_order_once")]

    def __str__(self) -> str:
        return f"{self.unit} placed {self.order_id}"


class CustomerUnit(models.Model):
    """The id by which a customer is assigned to variants."""

    customer_id = models.CharField(max_length=64, primary_key=True)
    unit = models.CharField(max_length=80, db_index=True)

    def __str__(self) -> str:
        return f"{self.customer_id} is {self.unit}"


class OperationDay(models.Model):
    """Operations of gateways under a variant on a day: their sums over visitors, as a JSON list."""

    key = models.CharField(max_length=80, primary_key=True)
    flag = models.CharField(max_length=40, db_index=True)
    variant = models.CharField(max_length=20)
    day = models.CharField(max_length=10, help_text="2010-05-28")
    version = models.BigIntegerField(help_text="Of the last event that is accounted for.")
    sums = models.TextField(help_text="A JSON list.")

    def __str__(self) -> str:
        return self.key
