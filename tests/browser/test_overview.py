"""The overview in the admin: objectives as charts, readable in both themes, on a desktop and on a phone."""

import pytest
from playwright.sync_api import expect
from prometheus_client import CollectorRegistry, Histogram

from tests.browser import accessibility
from thriftshop.dashboards import boards, evaluation
from thriftshop.desk import overview
from thriftshop.telemetry.metrics import BUCKETS


@pytest.fixture
def measured(monkeypatch):
    """Five minutes of operations, a fifth of them too slow, and of events that are visible in time."""
    registry, history = CollectorRegistry(), evaluation.History([boards.GRAPHQL, boards.FRESHNESS], overview.SNAPSHOTS)
    operations = Histogram(boards.GRAPHQL, "A test.", ["type", "name", "outcome"], buckets=BUCKETS, registry=registry)
    events = Histogram(boards.FRESHNESS, "A test.", ["group"], buckets=BUCKETS, registry=registry)
    for at in range(0, 300, 10):
        history.add(registry.collect(), float(at))
        for number in range(60 + at % 70):
            operations.labels("query", "", "ok").observe(0.7 if number % 5 == 0 else 0.02)
            operations.labels("mutation", "", "ok").observe(0.05)
            events.labels("orders.rows").observe(0.02)
    monkeypatch.setattr(overview, "history", history)


def test_the_overview_shows_each_objective_against_its_limit(desk, measured):
    desk.goto("/admin/")
    desk.get_by_role("link", name="How the shop performs").click()
    expect(desk.get_by_role("heading", level=2)).to_have_count(6)
    expect(desk.get_by_role("img", name="Duration of operations, p99: at most")).to_be_visible()
    expect(desk.locator(".ts-card.bad")).to_have_count(2)
    expect(desk.get_by_text("Exceeded")).to_have_count(2)
    accessibility.check(desk)


def test_the_overview_of_a_server_that_has_just_started_says_so(desk, monkeypatch):
    monkeypatch.setattr(overview, "history", evaluation.History([boards.GRAPHQL], overview.SNAPSHOTS))
    desk.goto("/admin/overview/")
    expect(desk.get_by_text("Nothing was measured yet.")).to_have_count(6)
    accessibility.check(desk)


def test_the_charts_fit_on_a_phone(desk, measured):
    desk.set_viewport_size(accessibility.TELEPHONE)
    desk.goto("/admin/overview/")
    assert desk.evaluate("document.documentElement.scrollWidth") <= accessibility.TELEPHONE["width"]
