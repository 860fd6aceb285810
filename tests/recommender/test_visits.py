"""What the recommender learns from visits: products that are viewed, or put into a cart, in the same session."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.recommender import models, projections
from apps.recommender.domain import basket_model, decay, visits
from apps.recommender.domain.basket_model import Basket, BasketModel
from apps.recommender.service import memory, products, recommending
from apps.recommender.service import visits as visits_in_memory
from idl import analytics, recommender
from tests import acting
from tests.analytics import visitors
from tests.recommender import shop
from thriftshop import rpc
from thriftshop.events import progress, rebuild

pytestmark = pytest.mark.django_db
PROJECTION = next(projection for projection in projections.PROJECTIONS if projection.topic == "analytics")


@pytest.fixture(autouse=True)
def read_at_every_call(monkeypatch):
    monkeypatch.setattr(visits_in_memory, "REFRESH_SECONDS", 0.0)


@pytest.fixture
def sold():
    """Cups are bought with saucers, and bags sell best; the jug and the lid are new."""
    shop.put_on_sale(["CUP", "SAUCER", "SPOON", "BAG", "JUG", "LID"])
    for number in range(4):
        shop.confirm_order(f"tea{number}", ["CUP", "SAUCER"])
        shop.confirm_order(f"bag{number}", ["BAG", "SPOON"])
        shop.confirm_order(f"only{number}", ["BAG"])
    shop.project_all()


def together(sku: str, limit: int = 10) -> dict[str, str]:
    """The SKUs recommended for a product in their order, with the reasons."""
    with acting.as_stranger():
        found = rpc.connect(recommender.RecommenderService).get_bought_together(sku, limit)
    return {each.sku: each.reason for each in found}


@pytest.mark.usefixtures("sold")
def test_a_product_that_was_never_bought_is_recommended_with_those_that_are_viewed_with_it():
    assert "JUG" not in together("CUP")
    for number in range(3):
        shop.view(f"visitor{number}", "CUP", "JUG")
    shop.project_all()
    assert list(together("CUP").items())[:2] == [("SAUCER", "bought_together"), ("JUG", "viewed_together")]
    assert next(iter(together("JUG"))) == "CUP"


@pytest.mark.usefixtures("sold")
def test_two_new_products_that_are_only_viewed_go_together():
    shop.view("visitor", "JUG", "LID")
    shop.project_all()
    assert next(iter(together("LID").items())) == ("JUG", "viewed_together")


@pytest.mark.usefixtures("sold")
def test_a_cart_is_more_evidence_than_a_view_and_less_than_a_purchase():
    for number in range(3):
        shop.view(f"looker{number}", "CUP", "LID")
        shop.put_in_cart(f"buyer{number}", "CUP", "JUG")
        shop.confirm_order(f"spoon{number}", ["CUP", "SPOON"])
    shop.project_all()
    assert [sku for sku in together("CUP") if sku in ("LID", "JUG", "SPOON")] == ["SPOON", "JUG", "LID"]


@pytest.mark.usefixtures("sold")
def test_different_sessions_of_a_visitor_are_different_visits():
    shop.view("visitor", "CUP", session="in the morning")
    shop.view("visitor", "JUG", session="in the evening")
    shop.project_all()
    assert "JUG" not in together("CUP")


@pytest.mark.usefixtures("sold")
def test_a_viewed_product_is_recommended_only_while_it_is_for_sale():
    shop.view("visitor", "CUP", "JUG")
    shop.project_all()
    assert "JUG" in together("CUP")
    shop.archive_product("JUG")
    shop.project_all()
    assert "JUG" not in together("CUP")


@pytest.mark.usefixtures("sold")
def test_products_that_do_not_exist_are_left_out_of_the_model():
    shop.view("visitor", "CUP", "NO-SUCH-THING", "JUG")
    shop.project_all()
    together("CUP")
    model = recommending.memory().model()
    assert "NO-SUCH-THING" not in model.skus
    assert "JUG" in model.skus


@pytest.mark.usefixtures("sold")
def test_products_that_were_never_sold_stay_known_when_all_are_read_again(monkeypatch):
    shop.view("visitor", "CUP", "JUG")
    shop.project_all()
    assert "JUG" in together("CUP")
    serial = recommending.products().table().serial
    monkeypatch.setattr(products, "MAX_SKUS", 1)
    for table in (models.Change, models.Revision):
        table.objects.all().delete()
    for _ in range(5):
        recommending.products().table()
    assert recommending.products().table().serial != serial
    assert "JUG" in together("CUP")


@pytest.mark.usefixtures("sold")
def test_only_visitors_who_consent_are_learnt_from():
    events = [visitors.tracked(number, "product_viewed", sku=sku) for number, sku in enumerate(["CUP", "JUG"])]
    visitors.track(visitors.batch(*events, consent=analytics.Consent.NONE))
    progress.catch_up()
    assert not models.VisitLine.objects.exists()
    visitors.track(visitors.batch(*events))
    progress.catch_up()
    assert "JUG" in together("CUP")


def test_neither_the_visitor_nor_the_session_can_be_read_from_the_table():
    visitors.track(visitors.batch(visitors.tracked(1, "product_viewed", sku="CUP")))
    progress.catch_up()
    (row,) = models.VisitLine.objects.values()
    assert visitors.VISITOR not in str(row)
    assert visitors.SESSION not in str(row)


def test_purchases_have_the_same_weights_without_visits():
    model = basket_model.add_baskets(BasketModel(), [Basket(1, "ab"), Basket(2 * shop.DAY, "abc")])
    assert visits.with_visits(model, visits.baskets_of(visits.Lines())) is model
    assert model.weights.mean() == pytest.approx(1)


def test_a_purchase_outweighs_a_cart_and_a_cart_a_view():
    lines = [visits.line_of("v", "s", sku, is_cart, 5) for sku in "ab" for is_cart in (False, True)]
    purchases = basket_model.add_baskets(BasketModel(), [Basket(5, "ab")])
    model = visits.with_visits(purchases, visits.baskets_of(visits.add_lines(visits.Lines(), lines)))
    assert sorted(model.weights.tolist()) == pytest.approx([decay.VIEW, decay.CART, 1.0])


def test_visits_of_today_do_not_drown_purchases_of_years_ago():
    lines = [visits.line_of(f"v{number}", "s", sku, False, 2_000 * shop.DAY) for number in range(9) for sku in "ab"]
    purchases = basket_model.add_baskets(BasketModel(), [Basket(0, "ac")])
    model = visits.with_visits(purchases, visits.baskets_of(visits.add_lines(visits.Lines(), lines)))
    assert model.weights.mean() <= 1


def test_a_visit_of_too_many_products_is_left_out():
    lines = [visits.line_of("crawler", "s", f"p{number}", False, 1) for number in range(visits.MAX_PRODUCTS + 1)]
    assert not len(visits.baskets_of(visits.add_lines(visits.Lines(), lines)).lengths)


def test_only_the_newest_lines_are_kept_in_memory(monkeypatch):
    monkeypatch.setattr(visits, "MAX_LINES", 3)
    lines = visits.Lines()
    for number in range(4):
        lines = visits.add_lines(lines, [visits.line_of("v", "s", f"p{number}", False, number)])
    assert lines.seen_at.tolist() == [1, 2, 3]
    assert set(visits.baskets_of(lines).products) == {1, 2, 3}


def test_the_lines_are_read_in_batches_and_once_they_have_settled(monkeypatch):
    monkeypatch.setattr(visits_in_memory, "BATCH", 2)
    now = visits_in_memory.clock.now()
    shop.view("a", "A", "B", at=now - 60_000)
    shop.view("b", "A", "C", "D", at=now - 50_000)
    shop.view("c", "A", "E", at=now)
    shop.project_all()
    loaded = memory.Memory(lambda skus: skus)
    assert [loaded.model().baskets for _ in range(4)] == [0, 0, 2, 2]


LINE = st.tuples(
    st.sampled_from("vw"), st.sampled_from("st"), st.sampled_from("ABC"), st.booleans(), st.integers(0, 20)
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINE, max_size=25), st.randoms(use_true_random=False), st.integers(1, 6))
def test_the_table_keeps_the_newest_lines_in_whatever_order_and_batches_they_come(monkeypatch, drawn, rng, most):
    monkeypatch.setattr(visits, "MAX_LINES", most)
    every = [visits.line_of(*line) for line in drawn]
    latest = {line.key: line for line in sorted(every, key=lambda line: line.seen_at)}
    expected = sorted(latest.values(), key=lambda line: (line.seen_at, line.key))[-most:]
    rng.shuffle(every)
    with transaction.atomic():
        while every:
            size = rng.randint(1, 5)
            batch, every = every[:size], every[size:]
            newest = {line.key: line for line in sorted(batch, key=lambda line: line.seen_at)}
            models.VisitLine.objects.put(newest.values())
        rows = models.VisitLine.objects.order_by("seen_at", "key").values_list(*visits.Line._fields)
        assert [visits.Line(*row) for row in rows] == expected
        assert sum(models.VisitTotal.objects.values_list("lines", flat=True)) == len(expected)
        transaction.set_rollback(True)


def test_the_rebuilt_table_equals_the_one_that_was_kept_up_to_date(monkeypatch):
    monkeypatch.setattr(visits, "MAX_LINES", 4)
    shop.view("a", "A", "B", "C")
    shop.project_all()
    shop.put_in_cart("b", "B", "A", at=shop.NOW - 10_000)
    shop.view("a", "A", "D", at=shop.NOW + 10_000)
    shop.project_all()
    assert models.VisitLine.objects.count() == 4
    assert rebuild.differences(PROJECTION) == []
