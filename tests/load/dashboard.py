"""The pages of the dashboard with a year of data: `python -m tests.load.dashboard`.

The tables are filled as a year of a shop with 4,000 products, 5,000 customers and 700,000 visits fills them; each page is
rendered in this process as staff request it, in CPU time. Beside it, a list of Django's own.
"""

import argparse
import datetime as dt
import random
import statistics
import time

from tests.load import scratch

PRODUCTS, CUSTOMERS, COUNTRIES = 4_000, 5_000, 38
PRODUCTS_A_DAY, TERMS_A_DAY = 1_200, 150
PAGES = ("overview", "funnel", "search", "products", "recommendations", "customers", "retention")
LIST = "/admin/analytics/exclusion/"


def main() -> None:
    """Fill the tables, then measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365, help="how many days (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=7, help="requests for each page (default: %(default)s)")
    options = parser.parse_args()
    with scratch.database():
        from django.conf import settings
        from django.contrib.auth import get_user_model
        from django.test import Client
        from django.utils import timezone

        settings.DEBUG = False
        settings.ALLOWED_HOSTS = ["testserver"]
        last = timezone.localdate()
        fill([last - dt.timedelta(days=number) for number in range(2 * options.days)])
        client = Client()
        client.force_login(
            get_user_model().objects.create_superuser("boss@example.com", "a lamp from the attic", name="B")
        )
        addresses = {name: f"/admin/analytics/dashboard/{name}/?days={options.days}" for name in PAGES}
        for name, address in {"a list of Django's": LIST, **addresses}.items():
            print(f"{name:>20}  {milliseconds(client, address, options.rounds):7.0f} ms")  # noqa: T201


def milliseconds(client, address: str, rounds: int) -> float:
    """The CPU time of a request: the median of several."""
    times = []
    for _ in range(rounds):
        started = time.process_time()
        response = client.get(address)
        times.append((time.process_time() - started) * 1000)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}.")
    return statistics.median(times)


def fill(days: list[dt.date]) -> None:
    """Fill the tables with invented figures of these days."""
    from django.db import transaction

    rng = random.Random(1)
    with transaction.atomic():
        fill_sales(days, rng)
        fill_products(days, rng)
        fill_behaviour(days, rng)
        fill_recommendations(days, rng)
        fill_customers(days, rng)


def fill_sales(days, rng) -> None:
    from apps.analytics.models import DailySales

    DailySales.objects.bulk_create(
        [
            DailySales(
                key=f"{day} C{country} GBP",
                day=day.isoformat(),
                country=chr(65 + country // 26) + chr(65 + country % 26),
                currency="GBP",
                orders=rng.randint(1, 40),
                goods=rng.randint(1_000, 900_000),
                refunded=rng.randint(0, 9_000),
            )
            for day in days
            for country in range(COUNTRIES)
        ]
    )


def fill_products(days, rng) -> None:
    from apps.analytics.models import ProductBehaviour, ProductName, ProductSales
    from thriftshop.database import bulk

    names = [
        ProductName(sku=f"SKU-{number}", name=f"Product {number}", category_id="", version=1)
        for number in range(PRODUCTS)
    ]
    ProductName.objects.bulk_create(names)
    sold = (
        "key",
        "period",
        "sku",
        "currency",
        "orders",
        "units",
        "goods",
        "units_cancelled",
        "units_returned",
        "returned",
    )
    seen = ("key", "period", "sku", "views", "adds", "displayed", "clicked")
    for periods, count in ((days, PRODUCTS_A_DAY), (sorted({f"{day:%Y-%m}" for day in days}), PRODUCTS)):
        for period in map(str, periods):
            skus = [f"SKU-{number}" for number in rng.sample(range(PRODUCTS), count)]
            rows = [(f"{period} {sku} GBP", period, sku, "GBP", 3, 7, rng.randint(1, 9_999), 0, 0, 0) for sku in skus]
            bulk.insert(ProductSales.objects.all(), sold, rows)
            behaviour = [(f"{period} {sku}", period, sku, 40, 4, 9, 1) for sku in skus]
            bulk.insert(ProductBehaviour.objects.all(), seen, behaviour)


def fill_behaviour(days, rng) -> None:
    from apps.analytics.models import DailySearches, DailyVisits

    DailyVisits.objects.bulk_create(
        [
            DailyVisits(
                key=day.isoformat(),
                day=day.isoformat(),
                visits=rng.randint(1_500, 2_500),
                pages=9_000,
                bounces=700,
                products=1_200,
                carts=400,
                checkouts=200,
                orders=rng.randint(50, 120),
                to_cart=300,
                to_cart_ms=300 * 240_000,
                to_checkout=200,
                to_checkout_ms=200 * 300_000,
                to_order=60,
                to_order_ms=60 * 100_000,
            )
            for day in days
        ]
    )
    DailySearches.objects.bulk_create(
        [
            DailySearches(
                key=f"{day} term {number}",
                day=day.isoformat(),
                term=f"term {number}",
                searches=5,
                without_results=number % 3 == 0,
            )
            for day in days
            for number in rng.sample(range(5_000), TERMS_A_DAY)
        ]
    )


def fill_recommendations(days, rng) -> None:
    from apps.analytics.models import DailyPlacement, DailyRecommendations, DailyRecommendationSales
    from idl import recommender

    variants = {"": 0.02, recommender.BASKETS: 0.05, recommender.POPULAR: 0.03}
    for day in map(str, days):
        for variant, rate in variants.items():
            displays = rng.randint(800, 1_200)
            counts = {"visits": displays // 2, "displays": displays, "products": displays * 6}
            clicks = round(displays * rate * rng.uniform(0.8, 1.2))
            clicked = {"clicks": clicks, "visits_clicked": clicks // 2}
            ordered = {"visits_ordered": displays // 30 + clicks // 8, "orders": 40, "attributed_orders": clicks // 8}
            DailyRecommendations.objects.create(
                key=f"{day} {variant}", day=day, variant=variant, **counts, **clicked, **ordered
            )
            DailyRecommendationSales.objects.create(
                key=f"{day} {variant} GBP",
                day=day,
                variant=variant,
                currency="GBP",
                revenue=rng.randint(90_000, 120_000),
                attributed=clicks * 250,
            )
        for place in ("product page", "cart", "home"):
            DailyPlacement.objects.create(
                key=f"{day} {place}", day=day, placement=place, displayed=6_000, clicked=rng.randint(100, 300)
            )


def fill_customers(days, rng) -> None:
    from apps.analytics.models import CustomerMonth, CustomerRow

    months = sorted({f"{day:%Y-%m}" for day in days})
    for number in range(CUSTOMERS):
        first = rng.choice(days)
        at = int(dt.datetime.combine(first, dt.time(), dt.UTC).timestamp() * 1000)
        later = [month for month in months if month >= f"{first:%Y-%m}"]
        bought = [later[0], *(month for month in later[1:] if rng.random() < 0.25)]
        CustomerRow.objects.create(
            key=f"c{number} GBP",
            customer_id=f"c{number}",
            currency="GBP",
            orders=len(bought),
            net=rng.randint(100, 900_000),
            first_at=at,
            first_day=first.isoformat(),
            first_net=100,
            last_at=at + rng.randint(0, 10**10),
        )
        CustomerMonth.objects.bulk_create(
            [
                CustomerMonth(
                    key=f"c{number} GBP {month}",
                    customer_id=f"c{number}",
                    currency="GBP",
                    month=month,
                    orders=1,
                    net=rng.randint(100, 90_000),
                )
                for month in bought
            ]
        )


if __name__ == "__main__":
    main()
