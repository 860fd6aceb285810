"""The overview: revenue, orders and visits, with countries, categories and the last hour."""

from django.db.models import Count, Q, Sum

from apps.analytics.domain import periods
from apps.analytics.domain.reports import Chart, Column, Figure, Report, Table, share
from apps.analytics.models import DailyLogins, OrderRow, VisitRow
from apps.analytics.service.reports import queries
from apps.analytics.service.reports.queries import NET, Selection
from thriftshop import clock
from thriftshop.database import statements

HOUR_MS = 3_600_000
NO_CATEGORY = "Without a category"
CATEGORIES = """
SELECT category.name, sum(sold.goods) AS goods, sum(sold.units) FROM analytics_productsales AS sold
LEFT JOIN analytics_productname AS product ON product.sku = sold.sku
LEFT JOIN analytics_categoryname AS category ON category.category_id = product.category_id
WHERE sold.currency = %%s AND sold.period IN (%s)
GROUP BY category.name ORDER BY goods DESC, category.name LIMIT 50"""


def report(selection: Selection) -> Report:
    """The report."""
    period, before = selection.period, selection.period.before
    both = [queries.sales(selection, period), queries.sales(selection, before)]
    visited = [queries.visits(period), queries.visits(before)]
    figures = [
        queries.compared("Revenue", [sales.net for sales in both], "money"),
        queries.compared("Orders", [sales.orders for sales in both]),
        queries.compared("Average order", [share(sales.goods, sales.orders) for sales in both], "money"),
        queries.compared("Refunds", [sales.refunded for sales in both], "money"),
    ]
    if not selection.country:
        figures += [
            queries.compared("Visits", [sums["visits"] for sums in visited]),
            queries.compared("Visits with an order", [share(v["orders"], v["visits"]) for v in visited], "share"),
            *_logins(selection),
            *last_hour(selection),
        ]
    return Report(figures, [_revenue(selection)], [_countries(selection), _categories(selection)])


def _logins(selection: Selection) -> list[Figure]:
    """Logins, and how many accounts used the shop on an average day."""
    chosen = selection.period, selection.period.before
    sums = [
        queries.in_period(DailyLogins, period).aggregate(
            logins=Sum("logins", default=0), accounts=Sum("accounts", default=0)
        )
        for period in chosen
    ]
    accounts = [share(total["accounts"], period.days) for total, period in zip(sums, chosen, strict=True)]
    return [
        queries.compared("Logins", [total["logins"] for total in sums]),
        queries.compared("Accounts logged in, a day", accounts, "decimal"),
    ]


def last_hour(selection: Selection) -> list[Figure]:
    """Figures of the last hour."""
    since = clock.now() - HOUR_MS
    confirmed = OrderRow.objects.filter(confirmed_at__gte=since).aggregate(
        orders=Count("pk"), net=Sum("net", filter=Q(currency=selection.currency), default=0)
    )
    return [
        Figure("Visitors in the last hour", VisitRow.objects.filter(last_at__gte=since).count()),
        Figure("Orders in the last hour", confirmed["orders"]),
        Figure("Revenue of the last hour", confirmed["net"], unit="money"),
    ]


def _revenue(selection: Selection) -> Chart:
    period, before = selection.period, selection.period.before
    series = [
        *queries.daily(queries.sales_rows(selection, period), period, {"This period": NET}),
        *queries.daily(queries.sales_rows(selection, before), before, {"The period before": NET}),
    ]
    return Chart("Revenue by day", period.each_day(), series, unit="money")


def _countries(selection: Selection) -> Table:
    rows = (
        queries.sales_rows(selection, selection.period)
        .values("country")
        .annotate(net=Sum(NET), placed=Sum("orders"), returned=Sum("units_returned"))
        .order_by("-net", "country")
    )
    columns = [Column("Country", "text"), Column("Revenue", "money"), Column("Orders"), Column("Pieces returned")]
    values = [(row["country"] or "not known", row["net"], row["placed"], row["returned"]) for row in rows]
    return Table("Countries", columns, values, link="country")


def _categories(selection: Selection) -> Table:
    months, days = periods.parts(selection.period)
    chosen = [*months, *days]
    rows = statements.fetch(CATEGORIES % ", ".join(["%s"] * len(chosen)), [selection.currency, *chosen])
    columns = [Column("Category", "text"), Column("Goods ordered", "money"), Column("Pieces")]
    return Table("Categories", columns, [(name or NO_CATEGORY, int(goods), int(units)) for name, goods, units in rows])
