"""The contract: what is recommended to whom, and what never is."""

import contextlib

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.recommender import projections
from apps.recommender.service import memory, recommending
from idl import catalog, common, inventory, recommender
from tests import acting
from tests.recommender import shop
from thriftshop import rpc
from thriftshop.events import rebuild
from thriftshop.rpc import hosting

pytestmark = pytest.mark.django_db


def service() -> recommender.RecommenderService:
    return rpc.connect(recommender.RecommenderService)


def skus(found: list[recommender.Recommendation]) -> list[str]:
    return [one.sku for one in found]


@pytest.fixture
def tea_shop():
    """Cups go with saucers, hats with scarves; a bag goes with everything and sells best."""
    shop.category("kitchen")
    shop.category("tea", "kitchen")
    shop.category("clothes")
    shop.for_sale(["CUP", "SAUCER", "SPOON", "POT"], "tea")
    shop.for_sale(["HAT", "SCARF"], "clothes")
    shop.for_sale(["BAG"])
    for number in range(4):
        shop.confirmed(f"tea{number}", ["CUP", "SAUCER"], customer=acting.CUSTOMER)
        shop.confirmed(f"hat{number}", ["HAT", "SCARF"], customer=acting.OTHER)
        shop.confirmed(f"bag{number}", ["BAG", "POT"])
        shop.confirmed(f"only{number}", ["BAG"])
    shop.confirmed("spoon", ["CUP", "SPOON"])
    shop.told()


@pytest.mark.usefixtures("tea_shop")
def test_beside_a_product_stands_what_is_bought_with_it_then_what_sells(transport):
    with acting.as_stranger():
        found = service().get_bought_together("CUP", 5)
    assert [(one.sku, one.reason) for one in found] == [
        ("SAUCER", "bought_together"),
        ("SPOON", "bought_together"),
        ("POT", "popular"),  # of its category, before what sells better elsewhere
        ("BAG", "popular"),
        ("HAT", "popular"),
    ]
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


@pytest.mark.usefixtures("tea_shop")
def test_a_cart_is_given_what_goes_with_it_and_nothing_that_is_in_it(transport):
    with acting.as_stranger():
        found = service().get_for_cart(["SAUCER", "HAT"], 2)
    assert set(skus(found)) == {"CUP", "SCARF"}
    assert {one.reason for one in found} == {"bought_together"}


@pytest.mark.usefixtures("tea_shop")
def test_an_empty_cart_and_an_unknown_product_are_given_what_sells(transport):
    with acting.as_stranger():
        assert skus(service().get_for_cart([], 1)) == ["BAG"]
        assert skus(service().get_bought_together("NO-SUCH-THING", 1)) == ["BAG"]


@pytest.mark.usefixtures("tea_shop")
def test_a_customer_is_given_what_goes_with_what_they_bought(transport):
    with acting.as_customer(acting.CUSTOMER):
        found = service().get_for_viewer(1)
    assert [(one.sku, one.reason) for one in found] == [("SPOON", "for_you")]
    with acting.as_customer(acting.OTHER):
        found = service().get_for_viewer(7)
    assert not {"HAT", "SCARF"} & set(skus(found))


@pytest.mark.usefixtures("tea_shop")
def test_a_stranger_and_a_new_customer_are_given_what_sells(transport):
    with acting.as_stranger():
        stranger = service().get_for_viewer(3)
    with acting.as_customer("somebody-new"):
        assert service().get_for_viewer(3) == stranger
    assert [one.reason for one in stranger] == ["popular"] * 3
    assert stranger[0].sku == "BAG"


@pytest.mark.usefixtures("tea_shop")
def test_what_sells_in_a_category_includes_what_is_below_it(transport):
    with acting.as_stranger():
        assert set(skus(service().get_popular("kitchen", 10))) == {"CUP", "SAUCER", "SPOON", "POT"}
        assert skus(service().get_popular("kitchen", 1)) == ["CUP"]
        assert set(skus(service().get_popular("clothes", 10))) == {"HAT", "SCARF"}
        assert skus(service().get_popular(None, 1)) == ["BAG"]
        assert service().get_popular("no-such-category", 5) == []


@pytest.mark.usefixtures("tea_shop")
def test_what_is_sold_out_is_not_recommended_until_it_is_back():
    shop.happened("inventory", "SAUCER", inventory.StockReduced(quantity=10))
    shop.told()
    with acting.as_stranger():
        assert skus(service().get_bought_together("CUP", 1)) == ["SPOON"]
        assert "SAUCER" not in skus(service().get_popular(None, 100))
    shop.received("SAUCER", 1)
    shop.told()
    with acting.as_stranger():
        assert skus(service().get_bought_together("CUP", 1)) == ["SAUCER"]


@pytest.mark.usefixtures("tea_shop")
def test_what_is_off_sale_is_not_recommended():
    shop.archived("SAUCER")
    shop.written("SPOON", "tea", catalog.ProductStatus.DRAFT)
    shop.told()
    with acting.as_stranger():
        found = skus(service().get_bought_together("CUP", 100) + service().get_popular("tea", 100))
    assert not {"SAUCER", "SPOON"} & set(found)


@pytest.mark.usefixtures("tea_shop")
def test_a_new_order_is_learnt_at_once():
    with acting.as_stranger():
        assert skus(service().get_bought_together("SCARF", 1)) == ["HAT"]
    for number in range(30):
        shop.confirmed(f"new{number}", ["SCARF", "SPOON"])
    shop.told()
    with acting.as_stranger():
        assert skus(service().get_bought_together("SCARF", 1)) == ["SPOON"]


@pytest.mark.usefixtures("tea_shop")
def test_a_cancelled_order_no_longer_speaks_for_its_customer():
    shop.confirmed("late", ["POT", "CUP"], customer="c9")
    shop.told()
    shop.cancelled("late")
    shop.told()
    with acting.as_customer("c9"):
        assert {one.reason for one in service().get_for_viewer(5)} == {"popular"}


@pytest.mark.usefixtures("tea_shop")
def test_a_cancelled_order_is_forgotten_with_the_next_fresh_start(monkeypatch):
    monkeypatch.setattr(memory, "AFRESH_SECONDS", 0.0)
    with acting.as_stranger():
        assert "SPOON" in [one.sku for one in service().get_bought_together("CUP", 9) if one.reason != "popular"]
    shop.cancelled("spoon")
    shop.confirmed("later", ["HAT", "BAG"])
    shop.told()
    with acting.as_stranger():
        service().get_bought_together("CUP", 9)
        assert "SPOON" not in [one.sku for one in service().get_bought_together("CUP", 9) if one.reason != "popular"]


@pytest.mark.usefixtures("tea_shop")
def test_a_rebuild_leaves_the_answers_as_they_were():
    def answers() -> list[recommender.Recommendation]:
        with acting.as_stranger():
            return [
                *service().get_bought_together("CUP", 7),
                *service().get_for_cart(["HAT", "POT"], 7),
                *service().get_popular(None, 7),
            ]

    before = [(one.sku, round(one.score, 6), one.reason) for one in answers()]
    for projection in projections.PROJECTIONS:
        rebuild.rebuild(projection)
    assert [(one.sku, round(one.score, 6), one.reason) for one in answers()] == before


def test_an_empty_shop_recommends_nothing(transport):
    with acting.as_stranger():
        assert service().get_bought_together("CUP", 5) == []
        assert service().get_for_cart(["CUP"], 5) == []
        assert service().get_for_viewer(5) == []
        assert service().get_popular(None, 5) == []


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        (lambda: service().get_bought_together("CUP", 0), "limit"),
        (lambda: service().get_for_cart(["CUP"], 101), "limit"),
        (lambda: service().get_for_viewer(-1), "limit"),
        (lambda: service().get_popular(None, 2**31 - 1), "limit"),
        (lambda: service().get_bought_together("🧣", 5), "sku"),
        (lambda: service().get_for_cart(["CUP", "x" * 10_000], 5), "skus"),
        (lambda: service().get_for_cart(["CUP"] * 1001, 5), "skus"),
        (lambda: service().get_popular("", 5), "category_id"),
        (lambda: service().get_popular("x" * 10_000, 5), "category_id"),
    ],
)
def test_bad_input_is_refused_with_the_field_at_fault(ask, field, transport):
    with acting.as_stranger(), pytest.raises(common.InvalidInput) as refused:
        ask()
    assert refused.value.field == field


def test_only_the_gateway_may_ask():
    with acting.as_service("cart"), pytest.raises(rpc.NotAllowed):
        service().get_popular(None, 5)


ALL = [f"P{number}" for number in range(8)]
SKU = st.sampled_from(ALL)


@contextlib.contextmanager
def undone():
    """Everything within is undone at its end, so that each example starts from nothing."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    recommending.memory.cache_clear()


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    on_sale=st.sets(SKU),
    stocked=st.sets(SKU),
    bought=st.lists(st.lists(SKU, min_size=1, max_size=5), max_size=12),
    given_=st.lists(SKU, max_size=4),
    limit=st.integers(1, 10),
)
def test_never_what_is_given_sold_out_or_off_sale_nor_anything_twice(on_sale, stocked, bought, given_, limit):
    with undone():
        for sku in on_sale:
            shop.written(sku, "x")
        for sku in stocked:
            shop.received(sku, 1)
        shop.category("x")
        for number, basket in enumerate(bought):
            shop.confirmed(f"o{number}", basket, customer=acting.CUSTOMER if number == 0 else None)
        shop.told()
        # The answers come straight from the service: calls are refused within the example's transaction.
        one = hosting.service(recommender.RecommenderService)
        asked = [(one.get_bought_together(sku, limit), {sku}) for sku in ALL[:2]]
        asked.append((one.get_for_cart(given_, limit), set(given_)))
        asked.append((one.get_popular("x", limit), set()))
        with acting.as_customer():
            asked.append((one.get_for_viewer(limit), set(bought[0]) if bought else set()))
        for answer, without in asked:
            found = skus(answer)
            assert set(found) <= (on_sale & stocked) - without
            assert len(found) == len(set(found)) <= limit
            assert [one.score for one in answer] == sorted((one.score for one in answer), reverse=True)
        ever_bought = {sku for basket in bought for sku in basket}
        assert len(asked[2][0]) == min(limit, len((on_sale & stocked & ever_bought) - set(given_)))
