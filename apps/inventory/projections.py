"""The ledger's events to tables: each SKU's level, and the movements that led to it."""

from collections.abc import Sequence
from typing import Any

from apps.inventory import domain
from apps.inventory.models import Level, LevelRow, Movement, MovementRow, Total, TotalRow
from thriftshop import events


def apply(records: Sequence[events.Recorded]) -> None:
    """Adds the movements that are new to the ledger and brings the levels up to them."""
    levels = Level.objects.rows({record.stream for record in records})
    movements, moved = [], {}
    for record in records:
        level = levels.get(record.stream) or LevelRow(record.stream, 0, 0, 0, 0, 0)
        if record.version > level.version:
            movement = _movement(level, record)
            movements.append(movement)
            moved[record.stream] = levels[record.stream] = _level_after(movement)
    Movement.objects.add(movements)
    Level.objects.put(moved.values())
    Total.objects.add(_totals(movements))


def _movement(level: LevelRow, record: events.Recorded) -> MovementRow:
    """The movement that an event is for the level that it finds."""
    on_hand_change, reserved_change = domain.changes(record.event)
    reference, reason = _about(record.event)
    return MovementRow(
        record.stream,
        record.version,
        record.kind,
        on_hand_change,
        reserved_change,
        level.on_hand + on_hand_change,
        level.reserved + reserved_change,
        reference,
        reason,
        record.actor,
        record.occurred_at,
        record.recorded_at,
    )


def _level_after(movement: MovementRow) -> LevelRow:
    available = movement.on_hand - movement.reserved
    return LevelRow(
        movement.sku, movement.on_hand, movement.reserved, available, movement.version, movement.occurred_at
    )


def _totals(movements: Sequence[MovementRow]) -> list[TotalRow]:
    """What movements come to, by kind."""
    sums: dict[str, TotalRow] = {}
    for one in movements:
        before = sums.get(one.kind) or TotalRow(one.kind, 0, 0, 0)
        sums[one.kind] = TotalRow(
            one.kind,
            before.movements + 1,
            before.on_hand_change + one.on_hand_change,
            before.reserved_change + one.reserved_change,
        )
    return list(sums.values())


def _about(event: Any) -> tuple[str, str]:
    """What a movement belongs to, the order first; and why it was made."""
    reference = getattr(event, "reservation_id", None) or getattr(event, "reference", None)
    return reference or "", getattr(event, "reason", None) or ""


PROJECTIONS = [events.Projection("inventory.ledger", "inventory", apply, (Level, Movement, Total))]
