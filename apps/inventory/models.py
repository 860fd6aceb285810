"""Tables that the events are projected to: the level of each SKU, and the ledger's movements."""

from typing import Any

from django.db import models

from idl import inventory
from thriftshop import clock


class Level(models.Model):
    """How much there is of one SKU, as of its last projected event."""

    sku = models.CharField("SKU", max_length=64, primary_key=True)
    on_hand = models.BigIntegerField()
    reserved = models.BigIntegerField()
    available = models.BigIntegerField(db_index=True)
    version = models.BigIntegerField()
    updated_at = models.BigIntegerField("last moved")

    class Meta:
        verbose_name = "stock level"
        ordering = ["available", "sku"]

    def __str__(self) -> str:
        return self.sku

    def to_struct(self) -> inventory.StockLevel:
        """The level as the contract shows it."""
        return inventory.StockLevel(
            sku=self.sku,
            on_hand=self.on_hand,
            reserved=self.reserved,
            available=self.available,
            version=self.version,
            updated_at=self.updated_at,
        )


class Movement(models.Model):
    """One movement of one SKU's stock: who did what, when and why, and how much there was after it."""

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

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sku", "version"], name="movement_once")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.sku} at {clock.datetime_of(self.occurred_at):%Y-%m-%d %H:%M}"

    def to_struct(self) -> inventory.Movement:
        """The movement as the contract shows it."""
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
