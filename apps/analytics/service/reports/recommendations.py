"""Recommendations: how often they are displayed, clicked and ordered, by variant, and the lift over popularity."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Sum

from apps.analytics.domain import recommended
from apps.analytics.domain.periods import Period
from apps.analytics.domain.reports import Chart, Column, Report, Series, Table, share
from apps.analytics.models import DailyPlacement, DailyRecommendations, DailyRecommendationSales
from apps.analytics.service.reports import queries
from apps.analytics.service.reports.queries import MAX_ROWS, Selection
from idl import recommender

NONE = "no variant"
NOTES = (
    "An order is attributed to recommendations if it has a product whose recommendation was clicked before in the same"
    " visit; its revenue is that of these products.",
    "Visits are those of visitors who consent and saw recommendations. The interval has 95 % and is right for one look at"
    " days that were chosen beforehand. It takes the visits of a visitor for independent: the results of the flag"
    f" “{recommender.FLAG}” (Experiments, Flags) count visitors, and decide whether a difference is real.",
)
# The rates that are compared: the visits to which something happened, of all.
RATES = {"Visits with a click": "visits_clicked", "Visits with an order": "visits_ordered"}
Variants = Mapping[str, Mapping[str, int]]


def report(selection: Selection) -> Report:
    """The report."""
    now, before = (_by_variant(selection, period) for period in (selection.period, selection.period.before))
    both = [{name: recommended.total(found.values(), name) for name in _NAMES} for found in (now, before)]
    figures = [
        queries.compared("Lists displayed", [total["displays"] for total in both]),
        queries.compared("Click-through", [share(t["clicks"], t["displays"]) for t in both], "share"),
        queries.compared("Attributed orders", [total["attributed_orders"] for total in both]),
        queries.compared("Attributed revenue", [total["attributed"] for total in both], "money"),
    ]
    tables = [_variants(now, before), _lift(now), _places(selection.period)]
    return Report(figures, [_by_day(selection, list(now))], tables, NOTES)


_NAMES = (*recommended.SUMS, *recommended.AMOUNTS)


def _by_variant(selection: Selection, period: Period) -> Variants:
    """All sums of a period, by variant."""
    counted = _sums(queries.in_period(DailyRecommendations, period), recommended.SUMS)
    sold = queries.in_period(DailyRecommendationSales, period).filter(currency=selection.currency)
    amounts = _sums(sold, recommended.AMOUNTS)
    nothing = dict.fromkeys(_NAMES, 0)
    return {variant: nothing | sums | amounts.get(variant, {}) for variant, sums in counted.items()}


def _sums(rows: Any, names: tuple[str, ...]) -> dict[str, dict[str, int]]:
    annotated = rows.order_by("variant").values_list("variant").annotate(*map(Sum, names))
    return {variant: dict(zip(names, sums, strict=True)) for variant, *sums in annotated}


def _by_day(selection: Selection, variants: list[str]) -> Chart:
    """Click-through of each variant by day."""
    rows = queries.in_period(DailyRecommendations, selection.period)
    series = []
    for variant in variants:
        columns = {"clicks": "clicks", "displays": "displays"}
        clicks, displays = queries.daily(rows.filter(variant=variant), selection.period, columns)
        values = [share(*pair) for pair in zip(clicks.values, displays.values, strict=True)]
        series.append(Series(variant or NONE, values))
    return Chart("Click-through by day", selection.period.each_day() if series else [], series, unit="share")


def _variants(now: Variants, before: Variants) -> Table:
    columns: dict[Column, Callable[[Mapping[str, int]], float]] = {
        Column("Visits"): lambda v: v["visits"],
        Column("Lists"): lambda v: v["displays"],
        Column("Clicks"): lambda v: v["clicks"],
        Column("All orders"): lambda v: v["orders"],
        Column("Attributed orders"): lambda v: v["attributed_orders"],
        Column("Revenue a visit", "money"): lambda v: share(v["revenue"], v["visits"]),
        Column("Attributed revenue", "money"): lambda v: v["attributed"],
        Column("Click-through", "share"): _click_through,
    }
    rows = [
        (
            variant or NONE,
            *(value(sums) for value in columns.values()),
            _click_through(before[variant]) if variant in before else None,
        )
        for variant, sums in now.items()
    ]
    return Table("By variant", [Column("Variant", "text"), *columns, Column("Before", "share")], rows)


def _click_through(sums: Mapping[str, int]) -> float:
    return share(sums["clicks"], sums["displays"])


def _lift(now: Variants) -> Table:
    """Each variant against popularity."""
    rows = []
    control = now.get(recommender.POPULAR)
    for variant, sums in now.items():
        if control is None or variant in ("", recommender.POPULAR):
            continue
        for title, name in RATES.items():
            lift = recommended.lift(sums[name], sums["visits"], control[name], control["visits"])
            rates = share(sums[name], sums["visits"]), share(control[name], control["visits"])
            rows.append((variant, title, *rates, *(lift or (None, None, None))))
    columns = [
        Column("Variant", "text"),
        Column("Rate", "text"),
        *(Column(title, "share") for title in ("Variant's", "Popularity's", "Lift", "At least", "At most")),
    ]
    return Table("Lift over popularity", columns, rows)


def _places(period: Period) -> Table:
    rows = (
        queries.in_period(DailyPlacement, period)
        .values_list("placement")
        .annotate(Sum("displayed"), clicks=Sum("clicked"))
        .order_by("-clicks", "placement")[:MAX_ROWS]
    )
    columns = [Column("Place", "text"), Column("Products displayed"), Column("Clicked"), Column("Share", "share")]
    return Table("Places", columns, [(*row, share(row[2], row[1])) for row in rows])
