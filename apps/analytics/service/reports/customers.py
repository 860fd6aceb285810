"""Customers: new and returning ones, and segments by recency, frequency and money."""

from django.db.models import Count, Sum
from django.db.models.functions import Substr

from apps.analytics.domain import segments
from apps.analytics.domain.reports import Chart, Column, Figure, Report, Series, Table, share
from apps.analytics.models import CustomerMonth, CustomerRow
from apps.analytics.service.reports.queries import Selection
from thriftshop.database import statements

CELLS = """
SELECT recency, frequency, money, count(*), sum(net) FROM (
 SELECT net, ntile(5) OVER (ORDER BY last_at, key) AS recency, ntile(5) OVER (ORDER BY orders, last_at, key) AS frequency,
 ntile(5) OVER (ORDER BY net, key) AS money FROM analytics_customerrow WHERE currency = %s
) AS customers GROUP BY recency, frequency, money"""


def report(selection: Selection) -> Report:
    """The report: months of the period, and segments of all customers."""
    months = _months(selection)
    cells = [segments.Cell(*map(int, row)) for row in statements.fetch(CELLS, [selection.currency])]
    found = segments.segments(cells)
    customers = sum([segment.customers for segment in found])
    new, returning = sum(month[2] for month in months), sum(month[3] for month in months)
    figures = [
        Figure("New customers", sum(month[1] for month in months)),
        Figure("Revenue from new customers", new, unit="money"),
        Figure("Revenue from returning customers", returning, unit="money"),
        Figure("Customers so far", customers),
    ]
    series = [Series("New", [month[2] for month in months]), Series("Returning", [month[3] for month in months])]
    chart = Chart("Revenue by month of the order", [month[0] for month in months], series, kind="bars", unit="money")
    by_segment = [(s.name, s.meaning, s.customers, share(s.customers, customers), s.net) for s in found]
    columns = [
        Column("Segment", "text"),
        Column("Customers who", "text"),
        Column("Customers"),
        Column("Share", "share"),
        Column("Revenue so far", "money"),
    ]
    notes = ["Orders of guests are left out. Revenue is what was ordered, less what was cancelled and refunded since."]
    return Report(figures, [chart], [Table("Segments", columns, by_segment)], notes)


def _months(selection: Selection) -> list[tuple[str, int, int, int]]:
    """Month, new customers, and revenue from new and from returning customers."""
    first, last = (day[:7] for day in selection.period.bounds)
    totals = dict(
        CustomerMonth.objects.filter(currency=selection.currency, month__gte=first, month__lte=last)
        .values_list("month")
        .annotate(Sum("net"))
        .order_by("month")
    )
    rows = CustomerRow.objects.filter(currency=selection.currency).annotate(month=Substr("first_day", 1, 7))
    new = {
        month: (customers, net)
        for month, customers, net in rows.filter(month__gte=first, month__lte=last)
        .values_list("month")
        .annotate(Count("pk"), Sum("first_net"))
    }
    return [(month, *new.get(month, (0, 0)), net - new.get(month, (0, 0))[1]) for month, net in totals.items()]
