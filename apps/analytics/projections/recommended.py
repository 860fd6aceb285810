"""Displayed and clicked recommendations, and the orders after them, to the figures of days and variants."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import connections, models

from apps.analytics.domain import recommended
from apps.analytics.domain.recommended import AMOUNTS, SUMS, Amounts, Sums
from apps.analytics.models import DailyRecommendations, DailyRecommendationSales, RecommendationVisit
from apps.analytics.models import sums as tables
from apps.analytics.models.recommended import recommendation_visits_of
from idl import recommender
from thriftshop import days, events
from thriftshop.flags import variants

VISIT = tuple(recommended.Visit.__dataclass_fields__)
KINDS = frozenset({"RecommendationsDisplayed", "RecommendationClicked", "CartOrdered"})
Visits = Mapping[str, recommended.Visit]


def apply(records: Sequence[events.Recorded]) -> None:
    """Apply a batch of events: each visit's row is read and written once."""
    stored = {row.key: row for row in recommendation_visits_of(keys={_key(record) for record in records})}
    before = {key: row.parsed() for key, row in stored.items()}
    after, versions = dict(before), {key: row.version for key, row in stored.items()}
    for record in records:
        key = _key(record)
        if record.version <= versions.get(key, 0):
            continue
        visit = recommended.evolve(after.get(key), record.event, _variant(record), _day(record))
        if visit is not None:
            after[key], versions[key] = visit, record.version
    changed = {key: visit for key, visit in after.items() if visit != before.get(key)}
    _add(before, changed)
    tables.put(RecommendationVisit, "key", [_row(key, changed[key], versions[key]) for key in changed])


def _add(before: Visits, changed: Visits) -> None:
    """Replace what visits have added to the figures of their days and variants."""
    sums: dict[tuple[str, ...], Any] = {}
    amounts: dict[tuple[str, ...], Any] = {}
    for key, visit in changed.items():
        _count(sums, amounts, visit, 1)
        if key in before:
            _count(sums, amounts, before[key], -1)
    tables.add(DailyRecommendations, ("day", "variant"), sums, SUMS)
    tables.add(DailyRecommendationSales, ("day", "variant", "currency"), amounts, AMOUNTS)


def _count(
    sums: dict[tuple[str, ...], Any], amounts: dict[tuple[str, ...], Any], visit: recommended.Visit, sign: int
) -> None:
    place = visit.day, visit.variant
    _plus(sums.setdefault(place, Sums()), recommended.sums_of(visit), SUMS, sign)
    for currency, added in recommended.amounts_of(visit).items():
        _plus(amounts.setdefault((*place, currency), Amounts()), added, AMOUNTS, sign)


def _plus(total: Any, added: Any, names: Sequence[str], sign: int) -> None:
    for name in names:
        setattr(total, name, getattr(total, name) + sign * getattr(added, name))


def _row(key: str, visit: recommended.Visit, version: int) -> dict[str, Any]:
    values = {"key": key, "version": version} | {name: getattr(visit, name) for name in VISIT}
    connection = connections[RecommendationVisit.objects.db]
    return {
        name: field.get_db_prep_save(values[name], connection) if isinstance(field, models.JSONField) else values[name]
        for name, field in ((name, RecommendationVisit._meta.get_field(name)) for name in values)
    }


def _key(record: events.Recorded) -> str:
    return f"{record.stream} {record.event.session}"


def _variant(record: events.Recorded) -> str:
    """The variant of the recommender's flag; empty for none."""
    return variants.parse(record.context.variant or "").get(recommender.FLAG, "")


def _day(record: events.Recorded) -> str:
    return days.day_of(record.occurred_at, settings.TIME_ZONE)
