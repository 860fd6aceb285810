"""Tables that the events are projected to: the level of each SKU, and the ledger's movements."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connections, models

from idl import inventory
from thriftshop import clock


class LevelRow(NamedTuple):
    """A level as it is stored: the columns of `Level`, in their order."""

    sku: str
    on_hand: int
    reserved: int
    available: int
    version: int
    updated_at: int


class MovementRow(NamedTuple):
    """A movement as it is stored: the columns of `Movement`, in their order."""

    sku: str
    version: int
    kind: str
    on_hand_change: int
    reserved_change: int
    on_hand: int
    reserved: int
    reference: str
    reason: str
    actor: str
    occurred_at: int
    recorded_at: int


class TotalRow(NamedTuple):
    """What the movements of one kind come to: the columns of `Total`, in their order."""

    kind: str
    movements: int
    on_hand_change: int
    reserved_change: int


class LevelQuerySet(models.QuerySet["Level"]):
    """Levels, read and written many at a time."""

    def rows(self, skus: Iterable[str]) -> dict[str, LevelRow]:
        """The rows of these SKUs that there are."""
        wanted = list(skus)
        if not wanted:
            return {}
        places = ", ".join(["%s"] * len(wanted))
        columns, table = ", ".join(LevelRow._fields), self.model._meta.db_table
        with connections[self.db].cursor() as cursor:
            cursor.execute(f"SELECT {columns} FROM {table} WHERE sku IN ({places})", wanted)  # noqa: S608 - our own names only
            return {row[0]: LevelRow(*row) for row in cursor.fetchall()}

    def put(self, rows: Iterable[LevelRow]) -> None:
        """Writes levels, new ones and changed ones. Plain SQL: a replay writes millions, and the ORM takes most of the time."""
        changed = ", ".join(f"{name} = excluded.{name}" for name in LevelRow._fields[1:])
        _insert(self, LevelRow._fields, rows, f" ON CONFLICT (sku) DO UPDATE SET {changed}")


class MovementQuerySet(models.QuerySet["Movement"]):
    """Movements, written many at a time."""

    def add(self, rows: Iterable[MovementRow]) -> None:
        """Adds movements to the ledger. Plain SQL, as for levels."""
        _insert(self, MovementRow._fields, rows)


class TotalQuerySet(models.QuerySet["Total"]):
    """Running sums, added to."""

    def add(self, rows: Iterable[TotalRow]) -> None:
        """Adds to the sums of these kinds."""
        table = self.model._meta.db_table
        summed = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in TotalRow._fields[1:])
        _insert(self, TotalRow._fields, rows, f" ON CONFLICT (kind) DO UPDATE SET {summed}")


def _insert(query: models.QuerySet[Any], columns: tuple[str, ...], rows: Iterable[Any], ending: str = "") -> None:
    table = query.model._meta.db_table
    places = ", ".join(["%s"] * len(columns))
    with connections[query.db].cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places}){ending}", list(rows))  # noqa: S608 - our own names only


class Level(models.Model):
    """How much there is of one SKU, as of its last projected event."""

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

    objects = MovementQuerySet.as_manager()

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


class Total(models.Model):
    """What all movements of one kind come to; kept as they come, for summing millions takes seconds."""

    kind = models.CharField(max_length=32, primary_key=True)
    movements = models.BigIntegerField()
    on_hand_change = models.BigIntegerField()
    reserved_change = models.BigIntegerField()

    objects = TotalQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind}: {self.movements}"
