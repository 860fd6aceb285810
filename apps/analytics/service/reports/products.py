"""Products: views, add rate, orders, revenue and returns; one product by day."""

from django.db.models import Sum

from apps.analytics.domain.reports import Chart, Column, Report, Series, Table, share
from apps.analytics.models import ProductBehaviour, ProductName, ProductSales
from apps.analytics.service.reports import queries
from apps.analytics.service.reports.queries import MAX_ROWS, Selection

SOLD = ("orders", "units", "goods", "units_returned", "returned")
SEEN = ("views", "adds", "displayed", "clicked")


def report(selection: Selection) -> Report:
    """The report: of all products, or of the selected one."""
    return _of_one(selection) if selection.sku else _of_all(selection)


def _of_all(selection: Selection) -> Report:
    sums = [
        queries.by_period(ProductSales, period)
        .filter(currency=selection.currency)
        .aggregate(**{f"sum_{name}": Sum(name, default=0) for name in SOLD})
        for period in (selection.period, selection.period.before)
    ]
    figures = [
        queries.compared("Goods ordered", [total["sum_goods"] for total in sums], "money"),
        queries.compared("Pieces ordered", [total["sum_units"] for total in sums]),
        queries.compared("Pieces returned", [share(t["sum_units_returned"], t["sum_units"]) for t in sums], "share"),
    ]
    table = _table(selection)
    top = table.rows[:10]
    chart = Chart(
        "Goods ordered of the ten best sellers",
        [str(row[1]) for row in top],
        [Series("Goods ordered", [float(str(row[6])) for row in top])],
        kind="bars",
        unit="money",
    )
    return Report(figures, [chart], [table])


def _table(selection: Selection) -> Table:
    rows = list(
        queries.by_period(ProductSales, selection.period)
        .filter(currency=selection.currency)
        .values("sku")
        .annotate(**{f"sum_{name}": Sum(name) for name in SOLD})
        .order_by("-sum_goods", "sku")[:MAX_ROWS]
    )
    found = [row["sku"] for row in rows]
    names = dict(ProductName.objects.filter(sku__in=found).values_list("sku", "name"))
    seen = {
        row["sku"]: row
        for row in queries.by_period(ProductBehaviour, selection.period)
        .filter(sku__in=found)
        .values("sku")
        .annotate(**{f"sum_{name}": Sum(name) for name in SEEN})
    }
    columns = [
        Column("SKU", "text"),
        Column("Product", "text"),
        Column("Views"),
        Column("Added", "share"),
        Column("Orders"),
        Column("Pieces"),
        Column("Goods ordered", "money"),
        Column("Returned", "money"),
    ]
    values = []
    for row in rows:
        views, adds = (seen.get(row["sku"], {}).get(f"sum_{name}", 0) for name in ("views", "adds"))
        amounts = (row["sum_orders"], row["sum_units"], row["sum_goods"], row["sum_returned"])
        values.append((row["sku"], names.get(row["sku"], ""), views, share(adds, views) if views else None, *amounts))
    return Table("Best sellers", columns, values, link="sku")


def _of_one(selection: Selection) -> Report:
    days = selection.period.each_day()
    sold = {
        row.period: row
        for row in ProductSales.objects.filter(sku=selection.sku, currency=selection.currency, period__in=days)
    }
    seen = {row.period: row for row in ProductBehaviour.objects.filter(sku=selection.sku, period__in=days)}
    goods = Series("Goods ordered", [sold[day].goods if day in sold else 0 for day in days])
    views = Series("Views", [seen[day].views if day in seen else 0 for day in days])
    adds = Series("Added to carts", [seen[day].adds if day in seen else 0 for day in days])
    name = ProductName.objects.filter(sku=selection.sku).values_list("name", flat=True).first() or ""
    charts = [Chart(f"Goods ordered: {name or selection.sku}", days, [goods], unit="money")]
    return Report(charts=[*charts, Chart("Views and additions to carts", days, [views, adds])])
