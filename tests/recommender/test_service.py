"""The recommender's methods, called by contract."""

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


def skus(recommendations: list[recommender.Recommendation]) -> list[str]:
    return [recommendation.sku for recommendation in recommendations]


@pytest.fixture
def tea_shop():
    """Cups go with saucers, hats with scarves; a bag goes with everything and sells best."""
    shop.save_category("kitchen")
    shop.save_category("tea", "kitchen")
    shop.save_category("clothes")
    shop.put_on_sale(["CUP", "SAUCER", "SPOON", "POT"], "tea")
    shop.put_on_sale(["HAT", "SCARF"], "clothes")
    shop.put_on_sale(["BAG"])
    for number in range(4):
        shop.confirm_order(f"tea{number}", ["CUP", "SAUCER"], customer=acting.CUSTOMER)
        shop.confirm_order(f"hat{number}", ["HAT", "SCARF"], customer=acting.OTHER)
        shop.confirm_order(f"bag{number}", ["BAG", "POT"])
        shop.confirm_order(f"only{number}", ["BAG"])
    shop.confirm_order("spoon", ["CUP", "SPOON"])
    shop.project_all()


@pytest.mark.usefixtures("tea_shop")
def test_products_bought_together_come_first_then_popular_ones_of_the_category(transport):
    with acting.as_stranger():
        recommendations = service().get_bought_together("CUP", 5)
    assert [(each.sku, each.reason) for each in recommendations] == [
        ("SAUCER", "bought_together"),
        ("SPOON", "bought_together"),
        ("POT", "popular"),  # of the same category, before more popular products of others
        ("BAG", "popular"),
        ("HAT", "popular"),
    ]
    assert [each.score for each in recommendations] == sorted((each.score for each in recommendations), reverse=True)


@pytest.mark.usefixtures("tea_shop")
def test_a_cart_gets_products_that_go_with_its_items_without_the_items(transport):
    with acting.as_stranger():
        recommendations = service().get_for_cart(["SAUCER", "HAT"], 2)
    assert set(skus(recommendations)) == {"CUP", "SCARF"}
    assert {each.reason for each in recommendations} == {"bought_together"}


@pytest.mark.usefixtures("tea_shop")
def test_an_empty_cart_and_an_unknown_product_get_popular_products(transport):
    with acting.as_stranger():
        assert skus(service().get_for_cart([], 1)) == ["BAG"]
        assert skus(service().get_bought_together("NO-SUCH-THING", 1)) == ["BAG"]


@pytest.mark.usefixtures("tea_shop")
def test_a_customer_gets_products_that_go_with_their_purchases(transport):
    with acting.as_customer(acting.CUSTOMER):
        recommendations = service().get_for_viewer(1)
    assert [(each.sku, each.reason) for each in recommendations] == [("SPOON", "for_you")]
    with acting.as_customer(acting.OTHER):
        recommendations = service().get_for_viewer(7)
    assert not {"HAT", "SCARF"} & set(skus(recommendations))


@pytest.mark.usefixtures("tea_shop")
def test_a_stranger_and_a_new_customer_get_popular_products(transport):
    with acting.as_stranger():
        stranger = service().get_for_viewer(3)
    with acting.as_customer("somebody-new"):
        assert service().get_for_viewer(3) == stranger
    assert [each.reason for each in stranger] == ["popular"] * 3
    assert stranger[0].sku == "BAG"


@pytest.mark.usefixtures("tea_shop")
def test_popular_products_of_a_category_include_its_descendants(transport):
    with acting.as_stranger():
        assert set(skus(service().get_popular("kitchen", 10))) == {"CUP", "SAUCER", "SPOON", "POT"}
        assert skus(service().get_popular("kitchen", 1)) == ["CUP"]
        assert set(skus(service().get_popular("clothes", 10))) == {"HAT", "SCARF"}
        assert skus(service().get_popular(None, 1)) == ["BAG"]
        assert service().get_popular("no-such-category", 5) == []


@pytest.mark.usefixtures("tea_shop")
def test_a_sold_out_product_is_not_recommended_until_it_is_back_in_stock():
    shop.append_events("inventory", "SAUCER", inventory.StockReduced(quantity=10))
    shop.project_all()
    with acting.as_stranger():
        assert skus(service().get_bought_together("CUP", 1)) == ["SPOON"]
        assert "SAUCER" not in skus(service().get_popular(None, 100))
    shop.receive("SAUCER", 1)
    shop.project_all()
    with acting.as_stranger():
        assert skus(service().get_bought_together("CUP", 1)) == ["SAUCER"]


@pytest.mark.usefixtures("tea_shop")
def test_archived_products_and_drafts_are_not_recommended():
    shop.archive_product("SAUCER")
    shop.save_product("SPOON", "tea", catalog.ProductStatus.DRAFT)
    shop.project_all()
    with acting.as_stranger():
        recommended = skus(service().get_bought_together("CUP", 100) + service().get_popular("tea", 100))
    assert not {"SAUCER", "SPOON"} & set(recommended)


@pytest.mark.usefixtures("tea_shop")
def test_a_new_order_changes_recommendations_at_once():
    with acting.as_stranger():
        assert skus(service().get_bought_together("SCARF", 1)) == ["HAT"]
    for number in range(30):
        shop.confirm_order(f"new{number}", ["SCARF", "SPOON"])
    shop.project_all()
    with acting.as_stranger():
        assert skus(service().get_bought_together("SCARF", 1)) == ["SPOON"]


@pytest.mark.usefixtures("tea_shop")
def test_a_cancelled_order_is_not_part_of_the_customers_history():
    shop.confirm_order("late", ["POT", "CUP"], customer="c9")
    shop.project_all()
    shop.cancel_order("late")
    shop.project_all()
    with acting.as_customer("c9"):
        assert {each.reason for each in service().get_for_viewer(5)} == {"popular"}


@pytest.mark.usefixtures("tea_shop")
def test_a_cancelled_order_leaves_the_model_with_the_next_reload(monkeypatch):
    monkeypatch.setattr(memory, "RELOAD_SECONDS", 0.0)
    with acting.as_stranger():
        assert "SPOON" in [each.sku for each in service().get_bought_together("CUP", 9) if each.reason != "popular"]
    shop.cancel_order("spoon")
    shop.confirm_order("later", ["HAT", "BAG"])
    shop.project_all()
    with acting.as_stranger():
        service().get_bought_together("CUP", 9)
        assert "SPOON" not in [each.sku for each in service().get_bought_together("CUP", 9) if each.reason != "popular"]


@pytest.mark.usefixtures("tea_shop")
def test_a_rebuild_does_not_change_recommendations():
    def recommendations() -> list[recommender.Recommendation]:
        with acting.as_stranger():
            return [
                *service().get_bought_together("CUP", 7),
                *service().get_for_cart(["HAT", "POT"], 7),
                *service().get_popular(None, 7),
            ]

    before = [(each.sku, round(each.score, 6), each.reason) for each in recommendations()]
    for projection in projections.PROJECTIONS:
        rebuild.rebuild(projection)
    assert [(each.sku, round(each.score, 6), each.reason) for each in recommendations()] == before


def test_an_empty_shop_recommends_nothing(transport):
    with acting.as_stranger():
        assert service().get_bought_together("CUP", 5) == []
        assert service().get_for_cart(["CUP"], 5) == []
        assert service().get_for_viewer(5) == []
        assert service().get_popular(None, 5) == []


@pytest.mark.parametrize(
    ("call", "field"),
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
def test_invalid_input_is_refused_with_its_field(call, field, transport):
    with acting.as_stranger(), pytest.raises(common.InvalidInput) as refusal:
        call()
    assert refusal.value.field == field


def test_only_the_gateway_may_call_the_recommender():
    with acting.as_service("cart"), pytest.raises(rpc.NotAllowed):
        service().get_popular(None, 5)


def test_baskets_are_loaded_in_batches(monkeypatch):
    monkeypatch.setattr(memory, "BATCH", 3)
    for number in range(10):
        shop.confirm_order(f"o{number}", [f"A{number}", f"B{number}"], at=shop.NOW + number)
    shop.project_all()
    loaded = memory.Memory(lambda skus: skus)
    assert [loaded.model().baskets for _ in range(5)] == [3, 6, 9, 10, 10]
    shop.confirm_order("o10", ["A1", "B2"])
    shop.project_all()
    assert loaded.model().baskets == 11


def test_the_old_model_is_used_until_a_reload_is_complete(monkeypatch):
    monkeypatch.setattr(memory, "BATCH", 4)
    for number in range(10):
        shop.confirm_order(f"o{number}", [f"A{number}", f"B{number}"])
    shop.project_all()
    loaded = memory.Memory(lambda skus: skus)
    for _ in range(3):
        loaded.model()
    models.Basket.objects.filter(order_id="o9").delete()
    assert [loaded.model().baskets for _ in range(3)] == [10, 10, 9]


def test_the_newest_baskets_are_loaded_first(monkeypatch):
    monkeypatch.setattr(memory, "BATCH", 2)
    for number in (3, 1, 4, 0, 2):
        shop.confirm_order(f"o{number}", [f"A{number}", "B"], at=shop.NOW + number)
    shop.project_all()
    loaded = memory.Memory(lambda skus: skus)
    skus_loaded = [loaded.model().skus for _ in range(3)]
    assert skus_loaded == [["A3", "A4", "B"], ["A1", "A2", "A3", "A4", "B"], ["A0", "A1", "A2", "A3", "A4", "B"]]


def test_a_rebuild_does_not_change_the_sequence_of_simultaneous_orders():
    for order_id in ("o2", "o1", "o3"):
        shop.confirm_order(order_id, [order_id.upper()], customer="c1")
    shop.project_all()
    before = [basket.order_id for basket in models.Basket.objects.of_customer("c1", 3)]
    for projection in projections.PROJECTIONS:
        rebuild.rebuild(projection)
    assert [basket.order_id for basket in models.Basket.objects.of_customer("c1", 3)] == before == ["o3", "o2", "o1"]


def test_the_model_stays_in_memory_between_calls():
    shop.put_on_sale(["A", "B"])
    shop.confirm_order("o1", ["A", "B"])
    shop.project_all()
    with acting.as_stranger():
        service().get_bought_together("A", 1)
    assert recommending.memory().model().baskets == 1
