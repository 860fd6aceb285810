"""Visits, funnels, searches and products, from tracked events and from those of carts and orders."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.analytics import models
from apps.analytics.domain import attribution, visits
from apps.analytics.domain.attribution import Use
from apps.analytics.models import DailySearches, DailyVisits, ProductBehaviour, VisitRow
from apps.analytics.service import attribution as service
from idl import analytics
from tests.analytics import journey, visitors
from tests.analytics.journey import BUYER, LOOKER
from tests.orders import shop
from tests.orders.shop import COAT, LAMP, TEAPOT
from thriftshop.events import progress

DAY = "2026-05-28"


def step(kind, **fields):
    return kind(session="s", **fields)


EVENTS = {
    "page": step(analytics.PageViewed, path="/"),
    "product": step(analytics.ProductViewed, sku="A"),
    "cart": step(analytics.ItemAddedToCart, sku="A", quantity=1),
    "checkout": step(analytics.CheckoutStepReached, step=analytics.CheckoutStep.PAYMENT),
    "order": step(analytics.CartOrdered, total=None),
}


def visit_of(*named):
    """A visit of events by name, each at the minute given with it."""
    visit = visits.begun(DAY, named[0][1] * 60_000)
    for name, minute in named:
        visit = visits.evolve(visit, EVENTS[name], minute * 60_000)
    return visit


def test_a_visit_counts_for_every_step_that_it_reached_with_the_time_between():
    sums = visits.sums_of(visit_of(("page", 1), ("product", 2), ("product", 4), ("cart", 5), ("order", 9)))
    assert (sums.visits, sums.pages, sums.bounces) == (1, 1, 0)
    assert (sums.products, sums.carts, sums.checkouts, sums.orders) == (1, 1, 1, 1)
    assert (sums.to_cart, sums.to_cart_ms) == (1, 180_000)
    assert (sums.to_checkout, sums.to_order) == (0, 0)
    assert sums.duration_ms == 480_000


def test_a_visit_of_one_page_is_a_bounce():
    assert visits.sums_of(visit_of(("page", 1))).bounces == 1
    assert visits.sums_of(visit_of(("page", 1), ("page", 2))).bounces == 0
    assert visits.sums_of(visit_of(("page", 1), ("product", 1))).bounces == 0


@given(st.lists(st.tuples(st.sampled_from(sorted(EVENTS)), st.integers(1, 500)), min_size=1, max_size=12), st.randoms())
def test_a_visit_does_not_depend_on_the_order_of_its_events_and_no_step_has_more_than_the_one_before(events, rng):
    shuffled = list(events)
    rng.shuffle(shuffled)
    sums = visits.sums_of(visit_of(*events))
    assert visits.sums_of(visit_of(*shuffled)) == sums
    assert 1 >= sums.products >= sums.carts >= sums.checkouts >= sums.orders >= 0
    assert min(sums.to_cart_ms, sums.to_checkout_ms, sums.to_order_ms, sums.duration_ms) >= 0


uses = st.lists(st.builds(Use, st.integers(0, 100), st.sampled_from("ab"), st.sampled_from("xyz")), max_size=5)


@given(uses, st.integers(0, 100))
def test_what_happens_to_a_cart_belongs_to_the_session_that_used_it_last(found, at):
    chosen = attribution.session_of(found, at)
    assert (chosen is None) == (not found)
    if chosen:
        earlier = [use.used_at for use in found if use.used_at <= at]
        assert chosen.used_at == (max(earlier) if earlier else min(use.used_at for use in found))


@pytest.mark.django_db
class TestJourneys:
    """Visitors in the shop."""

    @pytest.fixture(autouse=True)
    def visitors_come(self):
        shop.open_shop(stock=50)
        journey.happen()
        progress.catch_up()

    def test_carts_and_orders_are_recorded_in_the_session_that_used_the_cart(self):
        events = [record.event for record in visitors.recorded(BUYER)]
        added = [(e.sku, e.quantity) for e in events if isinstance(e, analytics.ItemAddedToCart)]
        assert sorted(added) == sorted([(TEAPOT, 2), (LAMP, 1)])
        (ordered,) = [e for e in events if isinstance(e, analytics.CartOrdered)]
        assert ordered.session == visitors.SESSION
        assert ordered.total.currency == "GBP"
        assert not [r for r in visitors.recorded(LOOKER) if isinstance(r.event, analytics.CartOrdered)]

    def test_repeated_reactions_and_later_sessions_record_nothing_twice(self):
        before = len(visitors.recorded(BUYER))
        cart_id = models.CartUse.objects.get().cart_id
        service.catch_up()
        later = Use(models.CartUse.objects.get().used_at + 1, LOOKER, "session-of-another")
        service.use(cart_id, later)
        assert len(visitors.recorded(BUYER)) == before
        assert not [r for r in visitors.recorded(LOOKER) if isinstance(r.event, analytics.ItemAddedToCart)]

    def test_the_days_have_the_funnel(self):
        day = DailyVisits.objects.get()
        assert (day.visits, day.products, day.carts, day.checkouts, day.orders) == (3, 3, 1, 1, 1)
        assert (day.to_cart, day.to_checkout, day.to_order) == (1, 1, 1)
        assert models.VisitorDay.objects.count() == 2
        assert VisitRow.objects.filter(order_at__gt=0).count() == 1

    def test_the_days_have_searches_and_products(self):
        found = {row.term: (row.searches, row.without_results, row.refined) for row in DailySearches.objects.all()}
        assert found == {"kettle": (3, 3, 3), "teapot": (3, 0, 0)}
        months = ProductBehaviour.objects.filter(period__regex="^.{7}$")
        products = {row.sku: (row.views, row.adds, row.displayed, row.clicked) for row in months}
        assert products == {TEAPOT: (3, 1, 0, 0), LAMP: (0, 1, 3, 3), COAT: (0, 0, 3, 0)}

    def test_no_event_of_a_visitor_leads_to_the_order_or_the_customer(self):
        order = models.OrderRow.objects.get()
        assert order.order_id not in str(visitors.recorded(BUYER))

    def test_what_happens_to_a_cart_is_no_longer_recorded_without_consent(self):
        visitors.track(visitors.batch(visitor=BUYER, consent=analytics.Consent.NONE))
        assert not models.CartUse.objects.exists()


@pytest.mark.django_db
def test_clients_cannot_send_what_the_shop_knows_better():
    sent = visitors.tracked(1, "cart_ordered", total=1)
    assert visitors.track(visitors.batch(sent)).set_apart == 1
