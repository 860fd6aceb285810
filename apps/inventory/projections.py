"""The ledger's events to tables: each SKU's level, and the movements that led to it."""

from collections.abc import Sequence
from typing import Any

from apps.inventory import domain
from apps.inventory.models import Level, Movement
from thriftshop import events

LEVEL_FIELDS = ["on_hand", "reserved", "available", "version", "updated_at"]


def apply(records: Sequence[events.Recorded]) -> None:
    """Adds the movements that are new to the ledger and brings the levels up to them."""
    levels = Level.objects.in_bulk({record.stream for record in records})
    movements, moved = [], {}
    for record in records:
        level = levels.get(record.stream)
        if level is None:
            level = levels[record.stream] = Level(
                sku=record.stream, on_hand=0, reserved=0, available=0, version=0, updated_at=0
            )
        if record.version > level.version:
            movements.append(_move(level, record))
            moved[level.sku] = level
    Movement.objects.bulk_create(movements)
    Level.objects.bulk_create(moved.values(), update_conflicts=True, unique_fields=["sku"], update_fields=LEVEL_FIELDS)


def _move(level: Level, record: events.Recorded) -> Movement:
    """Brings a level past an event; gives the movement that it was."""
    on_hand_change, reserved_change = domain.changes(record.event)
    level.on_hand += on_hand_change
    level.reserved += reserved_change
    level.available = level.on_hand - level.reserved
    level.version = record.version
    level.updated_at = record.occurred_at
    reference, reason = _about(record.event)
    return Movement(
        sku=record.stream,
        version=record.version,
        kind=record.kind,
        on_hand_change=on_hand_change,
        reserved_change=reserved_change,
        on_hand=level.on_hand,
        reserved=level.reserved,
        reference=reference,
        reason=reason,
        actor=record.actor,
        occurred_at=record.occurred_at,
        recorded_at=record.recorded_at,
    )


def _about(event: Any) -> tuple[str, str]:
    """What a movement belongs to, the order first; and why it was made."""
    reference = getattr(event, "reservation_id", None) or getattr(event, "reference", None)
    return reference or "", getattr(event, "reason", None) or ""


PROJECTIONS = [events.Projection("inventory.ledger", "inventory", apply, (Level, Movement))]
