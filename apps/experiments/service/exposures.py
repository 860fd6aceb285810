"""Who has seen a flag's variants: by day, and whether the visitors were divided as planned."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, QuerySet

from apps.experiments.models import Exposure
from apps.experiments.service import schedules
from idl import experiments
from thriftshop import clock

DAY = 86_400_000
MAX_DAYS = 400


@dataclass(frozen=True, slots=True)
class Period:
    """A time without a change of the weights, and the visitors who saw their first variant in it."""

    since: int
    weights: Mapping[str, int]
    visitors: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Seen:
    """The first exposures of a flag: by variant and day, by period, and the visitors who saw more than one variant."""

    days: Sequence[dt.date]
    by_day: Mapping[str, Sequence[int]]
    periods: Sequence[Period]
    multiple: int


def get_seen(flag: experiments.Flag) -> Seen:
    """Who has seen a flag, at most of the last MAX_DAYS days. Visitors with several variants are only counted."""
    rows = Exposure.objects.filter(flag=flag.key)
    several = rows.values("unit").annotate(count=Count("id")).filter(count__gt=1)
    clean = rows.exclude(unit__in=several.values("unit"))
    days, by_day = _by_day(clean, [variant.key for variant in flag.variants])
    return Seen(days, by_day, _periods(flag.key, clean), several.count())


def _by_day(rows: QuerySet[Exposure], variants: Sequence[str]) -> tuple[list[dt.date], dict[str, list[int]]]:
    """The number of visitors of each variant on each day since the first, days without any included."""
    counts: dict[tuple[int, str], int] = {
        (day, variant): count
        for day, variant, count in rows.annotate(day=F("at") / DAY).values_list("day", "variant").annotate(Count("id"))
    }
    if not counts:
        return [], {variant: [] for variant in variants}
    last = max(day for day, _ in counts)
    numbers = range(max(min(day for day, _ in counts), last - MAX_DAYS + 1), last + 1)
    days = [clock.datetime_of(number * DAY).date() for number in numbers]
    return days, {variant: [counts.get((number, variant), 0) for number in numbers] for variant in variants}


def _periods(key: str, rows: QuerySet[Exposure]) -> list[Period]:
    """The periods; the first includes what other clocks say was before the start."""
    changes = schedules.of(key).periods
    begins, ends = [None, *(since for since, _ in changes[1:])], [*(since for since, _ in changes[1:]), None]
    periods = []
    for (since, weights), begin, end in zip(changes, begins, ends, strict=True):
        within = rows if begin is None else rows.filter(at__gte=begin)
        within = within if end is None else within.filter(at__lt=end)
        periods.append(Period(since, weights, dict(within.values_list("variant").annotate(Count("id")))))
    return periods
