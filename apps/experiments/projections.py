"""Projects the events of experiments to tables: flags, and exposures."""

from collections.abc import Sequence
from typing import Any

from apps.experiments import domain
from apps.experiments.models import Exposure, Flag
from idl import experiments
from thriftshop import events
from thriftshop.database import bulk

FLAGS = frozenset(
    kind.__name__
    for kind in (
        experiments.FlagCreated,
        experiments.FlagEdited,
        experiments.WeightsSet,
        experiments.ShareSet,
        experiments.FlagStarted,
        experiments.FlagStopped,
        experiments.FlagShipped,
        experiments.OverrideSet,
    )
)
UNIT_PREFIX = "unit/"


def apply_flags(records: Sequence[events.Recorded]) -> None:
    """Store each flag as it is after its last event."""
    rows = Flag.objects.in_bulk([_key(record.event) for record in records])
    for record in records:
        row = rows.get(_key(record.event))
        if row is None or record.version > row.version:
            before = {row.key: domain.Flag.from_struct(row.to_struct())} if row else {}
            (flag,) = domain.evolve(before, record.event).values()
            rows[flag.key] = Flag.of(flag, record.occurred_at, record.version)
    for row in rows.values():
        row.save()


def apply_exposures(records: Sequence[events.Recorded]) -> None:
    """Store new exposures."""
    rows = [
        (record.event.flag, record.stream.removeprefix(UNIT_PREFIX), record.event.variant, record.event.at)
        for record in records
    ]
    bulk.insert(Exposure.objects.all(), ("flag", "unit", "variant", "at"), rows, " ON CONFLICT DO NOTHING")


def _key(event: Any) -> str:
    return str(event.draft.key if hasattr(event, "draft") else event.key)


PROJECTIONS = [
    events.Projection("experiments.flags", "experiments", apply_flags, (Flag,), FLAGS),
    events.Projection(
        "experiments.exposures", "experiments", apply_exposures, (Exposure,), frozenset({"VariantExposed"})
    ),
]
