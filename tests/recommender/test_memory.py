"""The model in memory: how baskets are read into it, and that it survives between calls."""

import pytest

from apps.recommender import models, projections
from apps.recommender.service import memory, recommending
from idl import recommender
from tests import acting
from tests.recommender import shop
from thriftshop import rpc
from thriftshop.events import rebuild

pytestmark = pytest.mark.django_db


def test_baskets_are_read_a_portion_at_a_time_until_all_are_known(monkeypatch):
    monkeypatch.setattr(memory, "PORTION", 3)
    for number in range(10):
        shop.confirmed(f"o{number}", [f"A{number}", f"B{number}"], at=shop.NOW + number)
    shop.told()
    remembered = memory.Memory()
    assert [remembered.known().baskets for _ in range(5)] == [3, 6, 9, 10, 10]
    shop.confirmed("o10", ["A1", "B2"])
    shop.told()
    assert remembered.known().baskets == 11


def test_what_was_known_still_answers_while_an_emptied_table_is_read_afresh(monkeypatch):
    monkeypatch.setattr(memory, "PORTION", 4)
    for number in range(10):
        shop.confirmed(f"o{number}", [f"A{number}", f"B{number}"])
    shop.told()
    remembered = memory.Memory()
    for _ in range(3):
        remembered.known()
    models.Basket.objects.filter(order_id="o9").delete()
    assert [remembered.known().baskets for _ in range(3)] == [10, 10, 9]


def test_the_newest_baskets_are_read_first_in_whatever_order_they_were_added(monkeypatch):
    monkeypatch.setattr(memory, "PORTION", 2)
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
        rpc.connect(recommender.RecommenderService).get_bought_together("A", 1)
    assert recommending.memory().known().baskets == 1
