"""Events of measured operations to their sums of each day."""

import json
from collections.abc import Sequence

from django.conf import settings

from apps.experiments.domain import operations
from apps.experiments.models import OperationDay
from thriftshop import days, events
from thriftshop.database import bulk

COLUMNS = ("key", "flag", "variant", "day", "version", "sums")


def apply(records: Sequence[events.Recorded]) -> None:
    """Add to the sums of days, each event once: those of a flag are one stream."""
    places = {_place(record): record for record in records}
    stored = OperationDay.objects.filter(pk__in=[" ".join(place) for place in places])
    versions = {row.key: row.version for row in stored}
    sums = {row.key: json.loads(row.sums) for row in stored}
    for record in records:
        key = " ".join(_place(record))
        if record.version > versions.get(key, 0):
            added = operations.values_of(record.event.sums)
            before = sums.get(key) or [0] * len(added)
            sums[key] = [old + new for old, new in zip(before, added, strict=True)]
            versions[key] = record.version
    keyed = {" ".join(place): place for place in places}
    rows = [(key, *keyed[key], versions[key], json.dumps(sums[key])) for key in sorted(keyed)]
    bulk.upsert(OperationDay.objects.all(), COLUMNS, rows, "key")


def _place(record: events.Recorded) -> tuple[str, str, str]:
    """The flag, the variant and the day."""
    sums = record.event.sums
    return sums.flag, sums.variant, days.day_of(sums.at, settings.TIME_ZONE)
