"""Tracked events to visits and the figures of days."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

from django.conf import settings
from django.db import models

from apps.analytics.domain import behaviour, visits
from apps.analytics.models import DailyPlacement, DailySearches, DailyVisits, ProductBehaviour, VisitorDay, VisitRow
from apps.analytics.models import sums as tables
from apps.analytics.models.behaviour import visits_of
from thriftshop import days, events
from thriftshop.database import bulk

VISIT = tuple(visits.Visit.__dataclass_fields__)
Key = tuple[str, ...]
Effects = Callable[[Any], list[tuple[str, Any]]]


def apply(records: Sequence[events.Recorded]) -> None:
    """Apply a batch of events: each visit's row is read and written once."""
    stored = {row.key: row for row in visits_of(keys={_key(record) for record in records})}
    after = {key: row.parsed() for key, row in stored.items()}
    versions = {key: row.version for key, row in stored.items()}
    new: list[events.Recorded] = []
    for record in records:
        key = _key(record)
        if record.version <= versions.get(key, 0):
            continue
        visit = after.get(key) or visits.begun(_day(record), record.occurred_at)
        after[key], versions[key] = visits.evolve(visit, record.event, record.occurred_at), record.version
        new.append(record)
    changed = {_key(record): record.stream for record in new}
    _add_visits({key: stored[key].parsed() if key in stored else None for key in changed}, after)
    tables.put(VisitRow, "key", [_row(key, changed[key], after[key], versions[key]) for key in changed])
    _add_visitors(new)
    _add(DailySearches, ("day", "term"), new, behaviour.searches, behaviour.SearchSums)
    _add(DailyPlacement, ("day", "placement"), new, behaviour.placements, behaviour.PlacementSums)
    _add(ProductBehaviour, ("period", "sku"), new, behaviour.products, behaviour.ProductSums, by_month=True)


def _add_visits(before: dict[str, visits.Visit | None], after: dict[str, visits.Visit]) -> None:
    """Replace what visits have added to the figures of their days."""
    sums: dict[Key, visits.VisitSums] = {}
    for key, earlier in before.items():
        of_day = sums.setdefault((after[key].day,), visits.VisitSums())
        of_day.add(visits.sums_of(after[key]))
        if earlier is not None:
            of_day.add(visits.sums_of(earlier), -1)
    tables.add(DailyVisits, ("day",), sums, visits.SUMS)


def _add_visitors(records: Sequence[events.Recorded]) -> None:
    pairs = {(record.stream, _day(record)) for record in records}
    rows = [(f"{visitor} {day}", visitor, day) for visitor, day in sorted(pairs)]
    bulk.insert(VisitorDay.objects.all(), ("key", "visitor_id", "day"), rows, " ON CONFLICT (key) DO NOTHING")


def _add(
    table: type[models.Model],
    keys: Key,
    records: Sequence[events.Recorded],
    effects: Effects,
    kind: type,
    by_month: bool = False,
) -> None:
    """Add what events add to the sums of a table, by day and by what they are about."""
    names = [field.name for field in fields(kind)]
    sums: dict[Key, Any] = {}
    for record in records:
        for about, effect in effects(record.event):
            day = _day(record)
            for period in (day, day[:7]) if by_month else (day,):
                total = sums.setdefault((period, about), kind())
                for name in names:
                    setattr(total, name, getattr(total, name) + getattr(effect, name))
    tables.add(table, keys, sums, names)


def _key(record: events.Recorded) -> str:
    return f"{record.stream} {record.event.session}"


def _row(key: str, visitor_id: str, visit: visits.Visit, version: int) -> dict[str, Any]:
    return {"key": key, "visitor_id": visitor_id, "version": version} | {name: getattr(visit, name) for name in VISIT}


def _day(record: events.Recorded) -> str:
    return days.day_of(record.occurred_at, settings.TIME_ZONE)
