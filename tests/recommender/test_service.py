"""The contract: what is recommended to whom, and what never is."""

import pytest

from apps.recommender import models, projections
from apps.recommender.service import memory, recommending
from idl import catalog, common, inventory, recommender
from tests import acting
from tests.recommender import shop
from thriftshop import rpc
from thriftshop.events import rebuild

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
    monkeypatch.setattr(memory, "RELOAD_SECONDS", 0.0)
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


def test_baskets_are_read_a_portion_at_a_time_until_all_are_known(monkeypatch):
    monkeypatch.setattr(memory, "BATCH", 3)
    for number in range(10):
        shop.confirmed(f"o{number}", [f"A{number}", f"B{number}"], at=shop.NOW + number)
    shop.told()
    remembered = memory.Memory()
    assert [remembered.known().baskets for _ in range(5)] == [3, 6, 9, 10, 10]
    shop.confirmed("o10", ["A1", "B2"])
    shop.told()
    assert remembered.known().baskets == 11


def test_what_was_known_still_answers_while_an_emptied_table_is_read_afresh(monkeypatch):
    monkeypatch.setattr(memory, "BATCH", 4)
    for number in range(10):
        shop.confirmed(f"o{number}", [f"A{number}", f"B{number}"])
    shop.told()
    remembered = memory.Memory()
    for _ in range(3):
        remembered.known()
    models.Basket.objects.filter(order_id="o9").delete()
    assert [remembered.known().baskets for _ in range(3)] == [10, 10, 9]


def test_the_newest_baskets_are_read_first_in_whatever_order_they_were_added(monkeypatch):
    monkeypatch.setattr(memory, "BATCH", 2)
    for number in (3, 1, 4, 0, 2):
        shop.confirmed(f"o{number}", [f"A{number}", "B"], at=shop.NOW + number)
    shop.told()
    remembered = memory.Memory()
    read = [remembered.known().skus for _ in range(3)]
    assert read == [["A3", "A4", "B"], ["A1", "A2", "A3", "A4", "B"], ["A0", "A1", "A2", "A3", "A4", "B"]]


def test_orders_of_one_moment_speak_for_their_customer_in_the_same_order_after_a_rebuild():
    for order_id in ("o2", "o1", "o3"):
        shop.confirmed(order_id, [order_id.upper()], customer="c1")
    shop.told()
    before = [basket.order_id for basket in models.Basket.objects.of_customer("c1", 3)]
    for projection in projections.PROJECTIONS:
        rebuild.rebuild(projection)
    assert [basket.order_id for basket in models.Basket.objects.of_customer("c1", 3)] == before == ["o3", "o2", "o1"]


def test_the_service_remembers_between_calls():
    shop.for_sale(["A", "B"])
    shop.confirmed("o1", ["A", "B"])
    shop.told()
    with acting.as_stranger():
        service().get_bought_together("A", 1)
    assert recommending.memory().known().baskets == 1
