"""The segments of customers, and flags whose audience is a segment."""

import itertools
import time

import pytest
from asgiref.sync import async_to_sync
from hypothesis import given
from hypothesis import strategies as st

from apps.analytics.domain import segments as rules
from apps.analytics.models import CustomerRow, SegmentBounds
from apps.analytics.service import Service, segments
from apps.analytics.service.reports.customers import CELLS
from apps.gateway import cache, flags
from idl import analytics, common, experiments
from tests import acting
from tests.experiments import conftest as following
from thriftshop import rpc
from thriftshop.database import statements
from thriftshop.events import broadcast
from thriftshop.graphql.requests import Context, Incoming

pytestmark = pytest.mark.django_db
VISITOR = "visitor-000000000001"


def customer(name: str, orders: int, net: int, last_at: int, currency: str = "GBP") -> None:
    CustomerRow.objects.create(
        key=f"{name} {currency}",
        customer_id=name,
        currency=currency,
        orders=orders,
        net=net,
        first_at=0,
        first_day="2026-01-01",
        first_net=net,
        last_at=last_at,
    )


def customers(number: int) -> None:
    """Customers of all kinds, some of whom are equal in every respect."""
    for each in range(number):
        customer(f"c{each:02}", orders=1 + each * 7 % 5, net=each * 13 % 9 * 100, last_at=each * 11 % 6 * 1_000)


def segment_of(name: str) -> list[str]:
    with acting.as_customer(name):
        return rpc.connect(analytics.AnalyticsService).get_segments()


@pytest.mark.parametrize("number", [1, 3, 5, 23])
def test_customers_are_in_the_segments_of_the_report(number):
    customers(number)
    segments.compute()
    counted = dict.fromkeys(map(rules.key_of, rules.MEANINGS), 0)
    for each in range(number):
        (found,) = segment_of(f"c{each:02}")
        counted[found] += 1
    cells = [rules.Cell(*map(int, row)) for row in statements.fetch(CELLS, ["GBP"])]
    assert counted == {rules.key_of(each.name): each.customers for each in rules.segments(cells)}


@given(st.integers(0, 60))
def test_groups_have_equal_sizes(number):
    places = [0, *rules.starts(number), number]
    sizes = [end - start for start, end in itertools.pairwise(places)]
    assert max(sizes) - min(sizes) <= 1


def test_strangers_and_those_who_have_not_ordered_have_no_segment():
    customers(5)
    assert segment_of("c01") == []  # not computed yet
    segments.compute()
    assert segment_of("somebody") == []
    with acting.as_stranger():
        assert rpc.connect(analytics.AnalyticsService).get_segments() == []


def test_the_currency_of_most_orders_decides():
    customers(23)
    customer("c00", orders=1_000, net=1, last_at=1, currency="EUR")
    segments.compute()
    assert segment_of("c00") == ["lost"]


def test_only_the_gateway_may_ask():
    with acting.as_service("recommender"), pytest.raises(rpc.NotAllowed):
        rpc.connect(analytics.AnalyticsService).get_segments()


class Gateway:
    """The gateway while a flag runs, and how often it asked for a segment."""

    def __init__(self, monkeypatch):
        self.asked = []
        real = Service.get_segments
        monkeypatch.setattr(Service, "get_segments", staticmethod(lambda: self.asked.append(1) or real()))
        self.flags = following.Following()

    def variant(self, name: str) -> str | None:
        """The variant of a customer; None for who is not in the audience."""
        viewer = common.Viewer(id=name, role=common.Role.CUSTOMER)
        with acting.as_customer(name):
            return async_to_sync(flags.use)(
                Context(Incoming("POST", {"visitor": VISITOR}), viewer), "button", "none"
            ).variant


@pytest.fixture
def gateway(monkeypatch):
    """A gateway, and a champion among its customers."""
    monkeypatch.setattr(broadcast, "current_at", lambda _name: time.monotonic())
    following.forget()
    cache.SEGMENTS.clear()
    customers(23)
    customer("champion", orders=99, net=99_999, last_at=99_999)
    segments.compute()
    yield Gateway(monkeypatch)
    following.forget()
    cache.SEGMENTS.clear()


ONLY_GREEN = {"weights": {"blue": 0, "green": 1}}


def test_a_flag_is_for_the_customers_of_a_segment(gateway):
    gateway.flags.start(audience=experiments.Audience(segments=["champions"]), **ONLY_GREEN)
    assert gateway.variant("champion") == "green"
    assert gateway.variant("c00") == "blue"
    assert gateway.variant("somebody-new") == "blue"


def test_the_segment_is_asked_for_once_and_only_where_an_audience_names_segments(gateway):
    gateway.flags.start(audience=experiments.Audience(signed_in=True), **ONLY_GREEN)
    assert gateway.variant("champion") == "green"
    assert gateway.asked == []
    gateway.flags.do("stop_flag", "button", "Another audience.")
    gateway.flags.do(
        "edit_flag", following.steps.draft(audience=experiments.Audience(segments=["champions"]), **ONLY_GREEN)
    )
    gateway.flags.do("start_flag", "button")
    for _ in range(3):
        assert gateway.variant("champion") == "green"
    assert gateway.asked == [1]


def test_while_analytics_is_down_a_customer_is_in_no_segment(gateway, monkeypatch):
    gateway.flags.start(audience=experiments.Audience(segments=["champions"]), **ONLY_GREEN)

    def refuse():
        raise rpc.Unavailable("down")

    with monkeypatch.context() as down:
        down.setattr(Service, "get_segments", staticmethod(refuse))
        assert gateway.variant("champion") == "blue"
    assert gateway.variant("champion") == "green"


def test_computing_again_replaces_the_bounds():
    customers(5)
    segments.compute()
    before = SegmentBounds.objects.get(currency="GBP").bounds
    customer("champion", orders=99, net=99_999, last_at=99_999)
    segments.compute()
    assert SegmentBounds.objects.get(currency="GBP").bounds != before
