"""Projects the ledger's events to tables: the level of each SKU, and its movements."""

from collections.abc import Sequence
from typing import Any

from apps.inventory import domain
from apps.inventory.models import Level, Movement, Total, Values
from thriftshop import events


def apply(records: Sequence[events.Recorded]) -> None:
    """Add new movements to the ledger and update the levels."""
    levels = Level.objects.now({record.stream for record in records})
    movements: list[Values] = []
    last: dict[str, Values] = {}
    for record in records:
        on_hand, reserved, version = levels.get(record.stream, (0, 0, 0))
        if record.version > version:
            movement = _movement(on_hand, reserved, record)
            movements.append(movement)
            last[record.stream] = movement
            levels[record.stream] = movement["on_hand"], movement["reserved"], record.version
    Movement.objects.add(movements)
    Level.objects.put(last.values())
    Total.objects.add(movements)


def _movement(on_hand: int, reserved: int, record: events.Recorded) -> Values:
    """The movement of an event that changes these quantities."""
    on_hand_change, reserved_change = domain.changes(record.event)
    reference, reason = _about(record.event)
    return {
        "sku": record.stream,
        "version": record.version,
        "kind": record.kind,
        "on_hand_change": on_hand_change,
        "reserved_change": reserved_change,
        "on_hand": on_hand + on_hand_change,
        "reserved": reserved + reserved_change,
        "reference": reference,
        "reason": reason,
        "actor": record.actor,
        "occurred_at": record.occurred_at,
        "recorded_at": record.recorded_at,
    }


def _about(event: Any) -> tuple[str, str]:
    """A movement's reference (its order, if it has one) and its reason."""
    reference = getattr(event, "reservation_id", None) or getattr(event, "reference", None)
    return reference or "", getattr(event, "reason", None) or ""


PROJECTIONS = [events.Projection("inventory.ledger", "inventory", apply, (Level, Movement, Total))]
