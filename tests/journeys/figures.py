"""The figures of one journey as staff see them, in the process that hosts analytics."""

import datetime as dt

from django.utils import timezone


def of(sku: str, term: str) -> dict[str, float]:
    """The figures of a product and a search term, and some of the whole shop."""
    from apps.analytics.domain.periods import Period
    from apps.analytics.service.reports import REPORTS
    from apps.analytics.service.reports.queries import Selection

    today = timezone.localdate()
    selection = Selection(Period(today - dt.timedelta(days=1), today + dt.timedelta(days=1)), "GBP")
    product = REPORTS["products"](selection._replace(sku=sku))
    searched = {row[0]: row[1] for row in REPORTS["search"](selection).tables[0].rows}
    recommended = {figure.label: figure.value for figure in REPORTS["recommendations"](selection).figures}
    return {
        "searches": searched.get(term, 0),
        **{series.name: sum(series.values) for chart in product.charts for series in chart.series},
        "visits with an order": REPORTS["funnel"](selection).tables[0].rows[-1][1],
        "attributed orders": recommended["Attributed orders"],
        "logins": next(f.value for f in REPORTS["overview"](selection).figures if f.label == "Logins"),
    }
