"""Revenue by month, country and product equals the file of a replayed year, and the books, to the penny."""

import io
import os

import pytest
from django.core.management import call_command

from apps.analytics.models import CustomerRow, OrderRow
from tests.analytics import reconciling
from tests.events import history
from tests.trade import years

pytestmark = pytest.mark.django_db


def replay(file):
    call_command("trade", str(file), "--quiet", stdout=io.StringIO())


def check(file):
    """Compare all figures with the file and with the books."""
    assert reconciling.differences(reconciling.file_figures(file), reconciling.shop_figures()) == {}
    analysed, booked = reconciling.beside_the_books()
    assert analysed == booked
    days, months = reconciling.daily_and_monthly()
    assert days == months == booked["goods"]
    customers = OrderRow.objects.exclude(customer_id="").filter(confirmed_at__isnull=False)
    assert sum(CustomerRow.objects.values_list("orders", flat=True)) == customers.count()
    assert sum(CustomerRow.objects.values_list("net", flat=True)) == sum(customers.values_list("net", flat=True))


def test_the_figures_of_the_sample_equal_its_file_and_the_books():
    replay(years.SAMPLE)
    figures = reconciling.shop_figures()
    assert sum(figures["net"].values()) == 381_241
    assert len(figures["ordered by country"]) > 2
    check(years.SAMPLE)


def test_the_figures_equal_the_books_whatever_happens_to_orders():
    history.happen()
    analysed, booked = reconciling.beside_the_books()
    assert analysed == booked
    assert all(booked[name] for name in ("goods", "cancelled", "refunded", "adjustments", "units_returned"))


@pytest.mark.year
@pytest.mark.slow
@pytest.mark.skipif("ANALYTICS_YEAR" not in os.environ, reason="takes ten minutes: set ANALYTICS_YEAR=1")
def test_the_figures_of_the_real_year_equal_its_file_and_the_books():
    replay(years.YEAR)
    assert len(reconciling.shop_figures()["goods"]) > 20_000
    check(years.YEAR)
