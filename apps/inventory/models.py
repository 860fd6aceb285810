"""Tables that events are projected to: levels, movements and totals."""

from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from django.db import models

from idl import inventory
from thriftshop import clock
from thriftshop.database import bulk

Values = dict[str, Any]
"""The values of a movement by column."""


class LevelQuerySet(models.QuerySet["Level"]):
    """Levels, read and written many at a time."""

    def now(self, skus: Iterable[str]) -> dict[str, tuple[int, int, int]]:
        """Quantity on hand, quantity reserved and version of the SKUs that have a level."""
        levels = bulk.read(self, ("sku", "on_hand", "reserved", "version"), "sku", skus)
        return {sku: (on_hand, reserved, version) for sku, on_hand, reserved, version in levels}

    def put(self, movements: Iterable[Values]) -> None:
        """Set each SKU's level to what it is after its movement."""
        columns = ("sku", "on_hand", "reserved", "available", "version", "updated_at")
        rows = (
            (
                movement["sku"],
                movement["on_hand"],
                movement["reserved"],
                movement["on_hand"] - movement["reserved"],
                movement["version"],
                movement["occurred_at"],
            )
            for movement in movements
        )
        bulk.upsert(self, columns, rows, "sku")


class MovementQuerySet(models.QuerySet["Movement"]):
    """Movements, written many at a time."""

    def add(self, movements: Iterable[Values]) -> None:
        """Add movements to the ledger."""
        columns = [field.attname for field in self.model._meta.concrete_fields if not field.primary_key]
        bulk.insert(self, columns, map(itemgetter(*columns), movements))


class TotalQuerySet(models.QuerySet["Total"]):
    """Running sums, incremented in bulk."""

    def add(self, movements: Iterable[Values]) -> None:
        """Add movements to the sums of their kinds."""
        sums: dict[str, tuple[int, int, int]] = {}
        for movement in movements:
            count, on_hand, reserved = sums.get(movement["kind"], (0, 0, 0))
            sums[movement["kind"]] = (
                count + 1,
                on_hand + movement["on_hand_change"],
                reserved + movement["reserved_change"],
            )
        columns = ("kind", "movements", "on_hand_change", "reserved_change")
        table = self.model._meta.db_table
        summed = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in columns[1:])
        rows = ((kind, *sums[kind]) for kind in sums)
        bulk.insert(self, columns, rows, f" ON CONFLICT (kind) DO UPDATE SET {summed}")


class Level(models.Model):
    """The stock of one SKU as of its last projected event."""

    sku = models.CharField("SKU", max_length=64, primary_key=True)
    on_hand = models.BigIntegerField()
    reserved = models.BigIntegerField()
    available = models.BigIntegerField(db_index=True)
    version = models.BigIntegerField()
    updated_at = models.BigIntegerField("last moved")

    objects = LevelQuerySet.as_manager()

    class Meta:
        verbose_name = "stock level"
        ordering = ["available", "sku"]

    def __str__(self) -> str:
        return self.sku

    def to_struct(self) -> inventory.StockLevel:
        """The level as a struct of the contract."""
        return inventory.StockLevel(
            sku=self.sku,
            on_hand=self.on_hand,
            reserved=self.reserved,
            available=self.available,
            version=self.version,
            updated_at=self.updated_at,
        )


class Movement(models.Model):
    """One movement of one SKU's stock: who did what, when and why, and the quantities after it."""

    sku = models.CharField("SKU", max_length=64)
    version = models.BigIntegerField()
    kind = models.CharField(max_length=32)
    on_hand_change = models.BigIntegerField()
    reserved_change = models.BigIntegerField()
    on_hand = models.BigIntegerField("on hand after")
    reserved = models.BigIntegerField("reserved after")
    reference = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    actor = models.CharField(max_length=64)
    occurred_at = models.BigIntegerField("happened", db_index=True)
    recorded_at = models.BigIntegerField("recorded")

    objects = MovementQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sku", "version"], name="movement_once")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.sku} at {clock.datetime_of(self.occurred_at):%Y-%m-%d %H:%M}"

    def to_struct(self) -> inventory.Movement:
        """The movement as a struct of the contract."""
        values: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("sku", "version", "kind", "on_hand_change", "reserved_change", "on_hand", "reserved")
        }
        return inventory.Movement(
            **values,
            reference=self.reference or None,
            reason=self.reason or None,
            actor=self.actor,
            occurred_at=self.occurred_at,
            recorded_at=self.recorded_at,
        )


class Total(models.Model):
    """Running sums of all movements of one kind, since summing millions takes seconds."""

    kind = models.CharField(max_length=32, primary_key=True)
    movements = models.BigIntegerField()
    on_hand_change = models.BigIntegerField()
    reserved_change = models.BigIntegerField()

    objects = TotalQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind}: {self.movements}"
