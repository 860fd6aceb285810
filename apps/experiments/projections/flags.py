"""Events of flags to the table of flags."""

from collections.abc import Sequence
from typing import Any

from apps.experiments import domain
from apps.experiments.models import Flag, Unsettled
from apps.experiments.projections import unsettled
from idl import experiments
from thriftshop import events

KINDS = frozenset(
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
# They decide which orders count, and for which period.
SCHEDULED = (experiments.FlagStarted, experiments.FlagStopped, experiments.FlagShipped, experiments.WeightsSet)


def apply(records: Sequence[events.Recorded]) -> None:
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
    scheduled = [record.event for record in records if isinstance(record.event, SCHEDULED)]
    unsettled.mark(Unsettled.Kind.FLAG, {event.key: event.at for event in reversed(scheduled)})


def _key(event: Any) -> str:
    return str(event.draft.key if hasattr(event, "draft") else event.key)
