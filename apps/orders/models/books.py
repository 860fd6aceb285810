"""The books: the amounts and quantities of each event, one row each, so that any range of time can be summed exactly."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from idl import common, orders
from thriftshop.database import bulk

AMOUNTS = ("goods", "charges", "cancelled", "refunded", "adjustments", "captured")
COUNTS = ("orders", "units_shipped", "units_returned")
KINDS = [(value, name.capitalize()) for value, name in orders.ChargeKind._VALUES_TO_NAMES.items()]


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries of the books."""

    def add(self, rows: Iterable[Entry]) -> None:
        """Insert entries; existing ones stay as they are."""
        columns = [field.attname for field in Entry._meta.concrete_fields if field.attname != "id"]
        values = [[getattr(row, name) for name in columns] for row in rows]
        bulk.insert(self, columns, values, " ON CONFLICT (stream, version) DO NOTHING")

    def revenue(self, currency: str, since: int | None, before: int | None) -> orders.Revenue:
        """The sums of one currency from `since` until before `before`."""
        entries = self.filter(currency=currency)
        if since is not None:
            entries = entries.filter(occurred_at__gte=since)
        if before is not None:
            entries = entries.filter(occurred_at__lt=before)
        sums = entries.aggregate(**{name: models.Sum(name, default=0) for name in (*AMOUNTS, *COUNTS)})
        gross = sums["goods"] + sums["charges"] + sums["adjustments"]
        amounts = {name: sums[name] for name in AMOUNTS} | {"net": gross - sums["cancelled"] - sums["refunded"]}
        values: dict[str, Any] = {
            name: common.Money(amount=amount, currency=currency) for name, amount in amounts.items()
        }
        return orders.Revenue(**values, **{name: sums[name] for name in COUNTS})


class Entry(models.Model):
    """The amounts and quantities of one event of a stream; amounts in minor units of `currency`."""

    stream = models.CharField(max_length=64)
    version = models.BigIntegerField()
    occurred_at = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    goods = models.BigIntegerField(default=0)
    charges = models.BigIntegerField(default=0)
    cancelled = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    adjustments = models.BigIntegerField(default=0)
    captured = models.BigIntegerField(default=0)
    orders = models.IntegerField(default=0)
    units_shipped = models.BigIntegerField(default=0)
    units_returned = models.BigIntegerField(default=0)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        constraints = [models.UniqueConstraint(fields=["stream", "version"], name="entry_once")]
        indexes = [models.Index(fields=["currency", "occurred_at"], name="entry_time")]

    def __str__(self) -> str:
        return f"{self.stream} {self.version}"


class Adjustment(models.Model):
    """A booking without an order; `amount` in minor units, negative for a cost."""

    id = models.CharField(max_length=64, primary_key=True)
    kind = models.SmallIntegerField(choices=KINDS)
    description = models.CharField(max_length=200)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    occurred_at = models.BigIntegerField(db_index=True)
    customer_id = models.CharField(max_length=64, blank=True, default="")
    reference = models.CharField(max_length=100, blank=True, default="")
    actor = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ["-occurred_at", "-id"]

    def __str__(self) -> str:
        return self.description
