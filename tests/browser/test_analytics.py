"""The dashboard in the admin: every report, readable in both themes, on a desktop and on a phone, and as a file."""

import csv
import datetime as dt
import io

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser import accessibility
from tests.load import dashboard

HEADINGS = {
    "overview": ("Revenue by day", "Countries", "Categories"),
    "funnel": ("Visits that reached each step", "Visits by day", "Steps"),
    "search": ("Searches by day", "Most frequent", "Without results", "Refined"),
    "products": ("Goods ordered of the ten best sellers", "Best sellers"),
    "recommendations": ("Click-through by day", "By variant", "Lift over popularity", "Places"),
    "customers": ("Revenue by month of the order", "Segments"),
    "retention": ("Cohorts",),
}


@pytest.fixture
def figures(transactional_db, monkeypatch):
    """Two months of invented figures."""
    for name, value in {
        "PRODUCTS": 40,
        "PRODUCTS_A_DAY": 20,
        "CUSTOMERS": 60,
        "COUNTRIES": 5,
        "TERMS_A_DAY": 10,
    }.items():
        monkeypatch.setattr(dashboard, name, value)
    dashboard.fill([timezone.localdate() - dt.timedelta(days=number) for number in range(60)])


def test_each_report_has_its_charts_and_tables_and_is_accessible(desk, figures):
    desk.goto("/admin/analytics/dashboard/")
    for name, headings in HEADINGS.items():
        link = desk.get_by_role("navigation", name="Reports").get_by_role("link", name=name.capitalize())
        link.click()
        expect(link).to_have_attribute("aria-current", "page")
        for heading in headings:
            expect(desk.get_by_role("heading", level=2, name=heading, exact=True)).to_be_visible()
        accessibility.check(desk)


def test_a_chart_has_its_values_as_a_table(desk, figures):
    desk.goto("/admin/analytics/dashboard/funnel/?days=7")
    desk.get_by_text("The values as a table").last.click()
    table = desk.locator("details[open] table")
    expect(table.locator("tbody tr")).to_have_count(7)
    expect(desk.get_by_role("img", name="Visits by day: Visits, With a cart, With an order")).to_be_visible()


def test_a_country_and_a_product_can_be_selected(desk, figures):
    desk.goto("/admin/analytics/dashboard/")
    desk.get_by_role("region", name="Countries").get_by_role("link").first.click()
    expect(desk.get_by_text("Only A")).to_be_visible()
    desk.goto("/admin/analytics/dashboard/products/")
    desk.get_by_role("region", name="Best sellers").get_by_role("link").first.click()
    expect(desk.get_by_role("heading", name="Goods ordered: Product")).to_be_visible()
    desk.get_by_role("link", name="Show all").click()
    expect(desk.get_by_role("heading", name="Best sellers", exact=True)).to_be_visible()


def test_days_in_the_wrong_order_are_refused(desk, figures):
    desk.goto("/admin/analytics/dashboard/?since=2026-05-02&until=2026-05-01")
    expect(desk.get_by_text("Choose up to 1,100 days, the first one first.")).to_be_visible()


def test_a_report_is_a_file_too(desk, figures):
    desk.goto("/admin/analytics/dashboard/search/?days=7")
    with desk.expect_download() as started:
        desk.get_by_role("button", name="Download CSV").click()
    content = started.value.path().read_text("utf-8")
    rows = list(csv.reader(io.StringIO(content)))
    assert ["Most frequent"] in rows
    assert len(rows) > 20


def test_the_reports_fit_on_a_phone(desk, figures):
    desk.set_viewport_size(accessibility.TELEPHONE)
    for name in HEADINGS:
        desk.goto(f"/admin/analytics/dashboard/{name}/")
        assert desk.evaluate("document.documentElement.scrollWidth") <= accessibility.TELEPHONE["width"], name
