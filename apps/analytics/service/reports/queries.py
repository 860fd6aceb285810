"""Queries that several reports share."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Sum

from apps.analytics.domain import periods
from apps.analytics.domain.periods import Period
from apps.analytics.domain.reports import Figure, Series
from apps.analytics.models import DailySales, DailyVisits

MAX_ROWS = 50
NET = models.F("goods") + models.F("charges") + models.F("adjustments") - models.F("cancelled") - models.F("refunded")


class Selection(NamedTuple):
    """What a report is about: a period, a currency, and a country or product for details."""

    period: Period
    currency: str
    country: str = ""
    sku: str = ""


class Sales(NamedTuple):
    """Sums of sales."""

    net: int
    orders: int
    goods: int
    refunded: int


def in_period(table: type[models.Model], period: Period) -> models.QuerySet[Any]:
    """The rows of the days of a period."""
    first, last = period.bounds
    return table._default_manager.filter(day__gte=first, day__lte=last)


def sales_rows(selection: Selection, period: Period) -> models.QuerySet[Any]:
    """The sales of a period, of the selected country if any."""
    rows = in_period(DailySales, period).filter(currency=selection.currency)
    return rows.filter(country=selection.country) if selection.country else rows


def sales(selection: Selection, period: Period) -> Sales:
    """Sums of the sales of a period."""
    sums = sales_rows(selection, period).aggregate(
        net=Sum(NET, default=0),
        orders=Sum("orders", default=0),
        goods=Sum("goods", default=0),
        refunded=Sum("refunded", default=0),
    )
    return Sales(**sums)


def visits(period: Period) -> dict[str, int]:
    """Sums of the visits of a period, by column."""
    names = [field.name for field in DailyVisits._meta.concrete_fields if isinstance(field, models.BigIntegerField)]
    sums: dict[str, int] = in_period(DailyVisits, period).aggregate(**{name: Sum(name, default=0) for name in names})
    return sums


def by_period(table: type[models.Model], period: Period) -> models.QuerySet[Any]:
    """The rows of a table of days and months that make up a period: those of whole months, and days outside of these."""
    months, days = periods.parts(period)
    return table._default_manager.filter(period__in=[*months, *days])


def daily(rows: models.QuerySet[Any], period: Period, columns: Mapping[str, Any]) -> list[Series]:
    """A series for each column or expression, by its name: its sum of each day of the period."""
    annotations = {f"sum_{number}": Sum(column) for number, column in enumerate(columns.values())}
    sums = {row[0]: row[1:] for row in rows.values_list("day").annotate(**annotations)}
    return [
        Series(name, [sums[day][number] if day in sums else 0 for day in period.each_day()])
        for number, name in enumerate(columns)
    ]


def compared(label: str, values: Sequence[float], unit: str = "") -> Figure:
    """A figure with its value now and before."""
    return Figure(label, values[0], values[1], unit)
