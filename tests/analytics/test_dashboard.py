"""The reports: their figures, the rights to see them, and their files."""

import csv
import datetime as dt
import io

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from hypothesis import given
from hypothesis import strategies as st

from apps.analytics.domain import periods, segments
from apps.analytics.domain.periods import Period
from apps.analytics.models import DailySearches
from apps.analytics.service.reports import REPORTS
from apps.analytics.service.reports.queries import Selection
from tests.analytics import journey
from tests.orders import shop
from thriftshop import clock
from thriftshop.events import progress

PAGE = "/admin/analytics/dashboard/"
days = st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1))


@given(days, st.integers(1, 800))
def test_whole_months_and_the_days_outside_of_them_are_the_period(first, length):
    period = Period(first, first + dt.timedelta(days=length - 1))
    months, single = periods.parts(period)
    assert sorted(day for day in period.each_day() if day[:7] not in months) == sorted(single)
    assert all(sum(day.startswith(month) for day in period.each_day()) >= 28 for month in months)
    assert period.days == period.before.days == length
    assert period.before.last + dt.timedelta(days=1) == period.first


@given(st.lists(st.builds(segments.Cell, *[st.integers(1, 5)] * 3, st.integers(0, 99), st.integers(0, 9_999))))
def test_every_customer_is_in_one_segment(cells):
    found = segments.segments(cells)
    assert sum(segment.customers for segment in found) == sum(cell.customers for cell in cells)
    assert sum(segment.net for segment in found) == sum(cell.net for cell in cells)


def test_segments_are_named_by_recency_frequency_and_money():
    names = {
        (5, 5, 5): "Champions",
        (5, 1, 5): "Recent",
        (3, 5, 1): "Loyal",
        (1, 5, 5): "At risk",
        (1, 1, 1): "Lost",
    }
    assert {groups: segments.segment_of(segments.Cell(*groups, 1, 1)) for groups in names} == names


@pytest.fixture
def visited(db):
    """A shop after two visitors, one of whom ordered, and an order with a return."""
    shop.open_shop(stock=50)
    journey.happen()
    customers_order = shop.shipped(("COAT", 1, 40_00), token="tok_ok")
    progress.catch_up()
    shop.return_lines(customers_order.id, (1, 1))
    progress.catch_up()


@pytest.fixture
def selection():
    today = clock.datetime_of(clock.now()).date()
    return Selection(Period(today - dt.timedelta(days=2), today + dt.timedelta(days=1)), "GBP")


def values(name, selection):
    return {figure.label: figure.value for figure in REPORTS[name](selection).figures}


def rows(name, selection, table=0):
    return REPORTS[name](selection).tables[table].rows


def log_in(client):
    client.force_login(get_user_model().objects.create_superuser("sue@example.com", "a lamp from the attic"))


def test_the_reports_have_what_happened(visited, selection):
    figures = values("overview", selection)
    assert figures["Orders"] == figures["Orders in the last hour"] == 2
    assert figures["Refunds"] > 0
    assert (figures["Visits"], figures["Visitors in the last hour"]) == (3, 3)
    assert sum(row[1] for row in rows("overview", selection)) == figures["Revenue"]
    assert sum(row[1] for row in rows("overview", selection, 1)) > figures["Revenue"]
    assert values("overview", selection._replace(country="XX"))["Revenue"] == 0
    assert [row[1] for row in rows("funnel", selection)] == [3, 3, 1, 1, 1]
    assert [round(row[3], 2) for row in rows("funnel", selection)] == [0.0, 0.0, 0.67, 0.0, 0.0]
    assert [row[0] for row in rows("search", selection)] == ["kettle", "teapot"]
    assert [row[0] for table in (1, 2) for row in rows("search", selection, table)] == ["kettle", "kettle"]
    assert "COAT" in [row[0] for row in rows("products", selection)]
    assert [len(chart.labels) for chart in REPORTS["products"](selection._replace(sku="COAT")).charts] == [4, 4]
    assert values("customers", selection)["New customers"] == 1
    assert [row[1] for row in rows("retention", selection)] == [1]


def test_every_report_is_a_page_and_a_file_in_which_a_search_is_no_formula(client, db):
    today = clock.datetime_of(clock.now()).date().isoformat()
    DailySearches.objects.create(key=today, day=today, term="=1+1", searches=1)
    log_in(client)
    for name in REPORTS:
        assert client.get(f"{PAGE}{name}/").status_code == 200
        content = client.get(f"{PAGE}{name}/?format=csv").content.decode()
        assert next(csv.reader(io.StringIO(content))) == ["Figure", "Value", "The period before"]
        assert "\n=1+1" not in content
        assert ("'=1+1" in content) == (name == "search")


def test_only_staff_with_the_permission_see_it(client, db):
    staff = get_user_model().objects.create_user("joe@example.com", "a lamp from the attic", is_staff=True)
    client.force_login(staff)
    assert client.get(PAGE).status_code == 403
    staff.user_permissions.add(Permission.objects.get(codename="view_dashboard"))
    assert client.get(PAGE).status_code == 200
    assert client.get(f"{PAGE}made-up/").status_code == 404
