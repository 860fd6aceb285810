"""Recommendations by variant: what is displayed, clicked and ordered, and the lift over popularity."""

import datetime as dt
import json
import time

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.analytics import models
from apps.analytics.domain import recommended
from apps.analytics.domain.periods import Period
from apps.analytics.projections import PROJECTIONS
from apps.analytics.service.reports import REPORTS
from apps.analytics.service.reports.queries import Selection
from apps.gateway import tracking
from idl import analytics, common, recommender
from tests.analytics import journey, visitors
from tests.experiments import conftest as experiments
from tests.experiments import steps
from tests.gateway import client
from tests.orders import shop
from tests.orders.shop import LAMP
from thriftshop import clock
from thriftshop.events import broadcast, progress, rebuild, streams

DAY = "2026-05-28"
DISPLAYED = analytics.RecommendationsDisplayed(session="s", placement="cart", skus=["A", "B"])
VARIANTS = ("baskets", "popular")


def clicked(sku: str) -> analytics.RecommendationClicked:
    return analytics.RecommendationClicked(session="s", placement="cart", sku=sku)


def ordered(**amounts: int) -> analytics.CartOrdered:
    items = [
        analytics.OrderedItem(sku=sku, total=common.Money(amount=amount, currency="GBP"))
        for sku, amount in amounts.items()
    ]
    return analytics.CartOrdered(
        session="s", total=common.Money(amount=sum(amounts.values()) + 500, currency="GBP"), items=items
    )


def visit_of(*events, variant: str = "baskets") -> recommended.Visit | None:
    visit = None
    for event in events:
        visit = recommended.evolve(visit, event, variant, DAY)
    return visit


def test_an_order_of_a_clicked_recommendation_is_attributed_with_the_price_of_that_product():
    visit = visit_of(DISPLAYED, clicked("A"), ordered(A=1_000, C=70))
    assert (visit.orders, visit.attributed_orders) == (1, 1)
    assert (visit.revenue, visit.attributed) == ({"GBP": 1_570}, {"GBP": 1_000})


@pytest.mark.parametrize(
    "events",
    [
        (DISPLAYED, ordered(A=1_000)),
        (DISPLAYED, clicked("B"), ordered(A=1_000)),
        (DISPLAYED, ordered(A=1), clicked("A")),
    ],
    ids=["not clicked", "another clicked", "clicked later"],
)
def test_other_orders_are_not_attributed(events):
    visit = visit_of(*events)
    assert (visit.orders, visit.attributed_orders, visit.attributed) == (1, 0, {"GBP": 0})


def test_a_visit_without_recommendations_is_not_counted():
    assert visit_of(ordered(A=1_000)) is None


def test_a_visit_keeps_the_first_variant_that_is_known():
    visit = recommended.evolve(visit_of(DISPLAYED, variant=""), clicked("A"), "popular", DAY)
    assert visit.variant == "popular"
    assert recommended.evolve(visit, DISPLAYED, "baskets", DAY).variant == "popular"


def test_the_lift_has_the_interval_of_a_published_example():
    """Aspirin and heart attacks (Physicians' Health Study 1989): 139 of 11,037, placebo 239 of 11,034; 0.58 (0.47 to 0.72)."""
    lift = recommended.lift(139, 11_037, 239, 11_034)
    assert [round(1 + bound, 2) for bound in lift] == [0.58, 0.47, 0.72]


@given(st.integers(5, 500), st.integers(500, 5_000), st.integers(5, 500), st.integers(500, 5_000))
def test_the_interval_has_the_lift_and_that_of_the_inverse_is_its_inverse(part, whole, control_part, control_whole):
    lift = recommended.lift(part, whole, control_part, control_whole)
    inverse = recommended.lift(control_part, control_whole, part, whole)
    assert lift.lower <= lift.value <= lift.upper
    assert 1 + lift.lower == pytest.approx(1 / (1 + inverse.upper))


@pytest.mark.parametrize("counts", [(4, 100, 50, 100), (50, 100, 4, 100), (0, 0, 0, 0)])
def test_there_is_no_lift_of_too_few(counts):
    assert recommended.lift(*counts) is None


def selection() -> Selection:
    today = clock.datetime_of(clock.now()).date()
    return Selection(Period(today - dt.timedelta(days=2), today + dt.timedelta(days=1)), "GBP")


def tables():
    return {table.title: table.rows for table in REPORTS["recommendations"](selection()).tables}


@pytest.mark.django_db
def test_the_report_has_the_journeys_of_visitors():
    shop.open_shop(stock=50)
    journey.happen()
    progress.catch_up()
    figures = {figure.label: figure.value for figure in REPORTS["recommendations"](selection()).figures}
    lamp = next(line for line in models.OrderRow.objects.get().parsed().lines if line.sku == LAMP)
    assert figures == {
        "Lists displayed": 3,
        "Click-through": 1,
        "Attributed orders": 1,
        "Attributed revenue": lamp.quantity * lamp.price,
    }
    ((variant, visits, *_),) = tables()["By variant"]
    assert (variant, visits) == ("no variant", 3)
    assert tables()["Places"] == [("cart", 6, 3, 0.5)]
    (projection,) = [each for each in PROJECTIONS if each.name == "analytics.recommendations"]
    assert rebuild.differences(projection) == []


@pytest.mark.django_db
def test_each_variant_is_compared_with_popularity():
    for number, variant in enumerate(VARIANTS * 20):
        at = clock.now()
        events = [visitors.tracked(1, "recommendations_displayed", at=at, placement="home", skus=["A"])]
        # Every second visit with popular products, three of four with the others.
        if number % 4 == 1 or (number % 2 == 0 and number % 8 != 0):
            events.append(visitors.tracked(2, "recommendation_clicked", at=at, placement="home", sku="A"))
        visitor, assigned = f"visitor-{number:012}", f"button=blue,recommendations={variant}"
        visitors.track(visitors.batch(*events, visitor=visitor, variants=assigned, sent_at=at, received_at=at))
    progress.catch_up()
    rows = {row[0]: row for row in tables()["By variant"]}
    assert {variant: row[1] for variant, row in rows.items()} == {"baskets": 20, "popular": 20}
    clicks, orders = tables()["Lift over popularity"]
    assert clicks[:4] == ("baskets", "Visits with a click", 0.75, 0.5)
    assert clicks[4] == pytest.approx(0.5)
    assert clicks[5] < 0 < clicks[6]
    assert orders[4:] == (None, None, None)


@pytest.fixture
def running(db, monkeypatch):
    """The flag `recommendations` is running."""
    monkeypatch.setattr(tracking, "BUFFER", tracking.Buffer())
    monkeypatch.setattr(broadcast, "current_at", lambda _name: time.monotonic())
    experiments.forget()
    variants = steps.variants({"baskets": 1, "popular": 1})
    experiments.Following().start(recommender.FLAG, variants=variants, default_variant="baskets")
    yield
    experiments.forget()


TRACK = "mutation ($input: TrackInput!) { track(input: $input) { __typename } }"


def track(visitor: str, **headers: str) -> str | None:
    """Track a displayed list; the variants that were recorded with it."""
    now = timezone.now().isoformat()
    properties = json.dumps({"placement": "home", "skus": ["A"]})
    event = {"id": "event-000001", "kind": "recommendationsDisplayed", "occurredAt": now, "properties": properties}
    values = {"visitorId": visitor, "sessionId": visitors.SESSION, "consent": "ANALYTICS", "sentAt": now}
    body = {"query": TRACK, "variables": {"input": {**values, "events": [event]}}}
    client.send(body, user_agent="Mozilla/5.0 Firefox/140.0", **headers)
    tracking.BUFFER.flush()
    recorded = streams.of("analytics").read({visitor: 0})[visitor]
    return recorded[0].context.variant if recorded else None


@pytest.mark.django_db
@pytest.mark.usefixtures("running")
def test_tracked_events_have_the_variants_of_the_visitor_with_and_without_a_cookie():
    found = {}
    for number in range(20):
        visitor = f"visitor-{number:012}"
        found[visitor] = track(visitor)
        other = f"another-{number:012}"
        assert track(other, cookie=f"visitor={visitor}") == found[visitor]
    assert set(found.values()) == {"recommendations=baskets", "recommendations=popular"}
    assert track("visitor-who-objects", dnt="1") is None
