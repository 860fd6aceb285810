"""The figures of analytics beside those of a year's file, and beside the books of orders."""

from collections import Counter, defaultdict

from django.db.models import Sum

from apps.analytics.domain.sales import NAMES
from apps.analytics.models import DailySales, ProductSales
from apps.trade import reading
from apps.trade.domain import countries, kinds, lines, planning
from idl import orders
from tests import acting
from thriftshop import rpc

BOOKED = ("goods", "charges", "cancelled", "refunded", "adjustments", "orders", "units_returned")


def file_figures(file):
    """Pence by month, by country and by product, summed line by line from the file."""
    year = reading.read(file)
    plan = planning.make_plan(year)
    net, goods, by_country, refunds = Counter(), Counter(), Counter(), Counter()
    documents = list(lines.documents(year))
    countries_of = {document.number: countries.code_of(document.country) or "" for document in documents}
    for document in documents:
        month = f"{document.at:%Y-%m}"
        for line, kind in zip(document.lines, kinds.classify(document), strict=True):
            pence = kinds.line_pence(line, kind)
            net[month] += pence
            if kind.treatment in (kinds.SALE, kinds.FREE):
                goods[month, line.code] += pence
            if kind.treatment in (kinds.SALE, kinds.FREE, kinds.CHARGE):
                by_country[month, countries_of[document.number]] += pence
            if kind.treatment == kinds.RETURN:
                for match in plan.matches[line.position]:
                    refunds[month, countries_of[match.document]] += match.quantity * kinds.pence(line.price)
    return {"net": net, "goods": goods, "ordered by country": by_country, "refunded by country": refunds}


def shop_figures():
    """The same from the tables of analytics."""
    net, by_country, refunds = Counter(), Counter(), Counter()
    for row in DailySales.objects.all():
        month = row.day[:7]
        net[month] += row.goods + row.charges + row.adjustments - row.cancelled - row.refunded
        by_country[month, row.country] += row.goods + row.charges
        refunds[month, row.country] += row.refunded
    months = ProductSales.objects.filter(period__regex=r"^....-..$").values_list("period", "sku", "goods")
    goods = Counter({(month, sku): amount for month, sku, amount in months})
    return {"net": net, "goods": goods, "ordered by country": by_country, "refunded by country": refunds}


def differences(expected, found):
    """What differs, by figure; zeros are left out."""
    wrong = defaultdict(dict)
    for name in expected:
        for key in expected[name].keys() | found[name].keys():
            if expected[name][key] != found[name][key]:
                wrong[name][key] = (expected[name][key], found[name][key])
    return dict(wrong)


def beside_the_books(currency="GBP"):
    """The sums of analytics and of orders' books, by name."""
    sums = DailySales.objects.filter(currency=currency).aggregate(**{name: Sum(name, default=0) for name in NAMES})
    with acting.as_service("trade"):
        revenue = rpc.connect(orders.OrdersService).get_revenue(currency, None, None)
    booked = {name: getattr(getattr(revenue, name), "amount", getattr(revenue, name)) for name in BOOKED}
    return {name: sums[name] for name in BOOKED}, booked


def daily_and_monthly():
    """Goods of products, summed by days and by months."""
    rows = ProductSales.objects.values_list("period", "goods")
    days, months = (sum(goods for period, goods in rows if len(period) == length) for length in (10, 7))
    return days, months
