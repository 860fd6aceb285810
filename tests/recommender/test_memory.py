"""The products and rankings in memory: how they follow the tables, and what they forget."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.recommender import models, projections
from apps.recommender.domain.product_table import ProductTable, Row
from apps.recommender.service import products, rankings, recommending
from idl import inventory
from tests.recommender import shop, test_projections
from thriftshop.events import rebuild

pytestmark = pytest.mark.django_db

OF_PRODUCTS = [projection for projection in projections.PROJECTIONS if projection.topic != "analytics"]


def for_sale(memory: products.Products) -> set[str]:
    return {sku for sku, _ in memory.table().popular(100)}


def sell_out(sku: str) -> None:
    shop.append_events("inventory", sku, inventory.StockReduced(quantity=10))
    shop.project_all()


@pytest.fixture
def pairs():
    """Five products for sale, bought in pairs, of which A is the most popular."""
    shop.save_category("x")
    shop.put_on_sale(list("ABCDE"), "x")
    for number, sku in enumerate("BCDE"):
        shop.confirm_order(f"o{number}", ["A", sku], at=shop.NOW + number)
    shop.project_all()


@pytest.mark.usefixtures("pairs")
def test_every_process_notices_what_another_one_projected():
    first, second = products.Products(), products.Products()
    assert for_sale(first) == for_sale(second) == set("ABCDE")
    sell_out("C")
    assert for_sale(first) == for_sale(second) == set("ABDE")
    shop.archive_product("D")
    shop.receive("C", 1)
    shop.project_all()
    assert for_sale(first) == for_sale(second) == set("ABCE")


@pytest.mark.usefixtures("pairs")
def test_changes_are_looked_for_after_the_refresh_time_at_the_latest(monkeypatch):
    memory = products.Products()
    for_sale(memory)
    monkeypatch.setattr(products, "REFRESH_SECONDS", 3600.0)
    recorded = models.ChangeQuerySet.recorded
    sell_out("C")
    monkeypatch.setattr(models.ChangeQuerySet, "recorded", recorded)  # as in a process that did not record it
    assert "C" in for_sale(memory)
    monkeypatch.setattr(products, "REFRESH_SECONDS", 0.0)
    assert "C" not in for_sale(memory)


@pytest.mark.usefixtures("pairs")
def test_changes_of_the_same_process_are_noticed_at_once(monkeypatch):
    memory = products.Products()
    for_sale(memory)
    monkeypatch.setattr(products, "REFRESH_SECONDS", 3600.0)
    sell_out("C")
    assert "C" not in for_sale(memory)


@pytest.mark.usefixtures("pairs")
def test_all_products_are_read_again_if_too_many_changes_were_missed(monkeypatch):
    monkeypatch.setattr(models, "MAX_CHANGES", 3)
    memory = products.Products()
    for_sale(memory)
    serial = memory.table().serial
    for sku in "BCDE":
        sell_out(sku)
    assert for_sale(memory) == {"A"}
    assert memory.table().serial != serial


@pytest.mark.usefixtures("pairs")
def test_all_products_are_read_again_after_the_tables_were_emptied():
    memory = products.Products()
    for_sale(memory)
    for table in (models.Change, models.Revision, models.Popularity):
        table.objects.all().delete()
    assert for_sale(memory) == set()


@pytest.mark.usefixtures("pairs")
@pytest.mark.parametrize("projection", OF_PRODUCTS, ids=lambda projection: projection.name)
def test_rows_that_a_rebuild_removes_are_forgotten(projection):
    models.Product.objects.create(sku="Z", on_sale=True, version=1)
    models.Stock.objects.create(sku="Z", available=1, version=1)
    models.Popularity.objects.create(sku="Z", weight=1e9, baskets=1, units="1:0")
    memory = products.Products()
    assert "Z" in for_sale(memory)
    rebuild.rebuild(projection)
    assert for_sale(memory) == set("ABCDE")


@pytest.mark.usefixtures("pairs")
def test_the_most_popular_products_are_loaded_first(monkeypatch):
    monkeypatch.setattr(products, "BATCH", 2)
    memory = products.Products()
    assert [for_sale(memory) for _ in range(3)] == [{"A", "E"}, {"A", "C", "D", "E"}, set("ABCDE")]


@pytest.mark.usefixtures("pairs")
def test_the_old_products_are_used_until_all_are_read_again(monkeypatch):
    memory = products.Products()
    for_sale(memory)
    monkeypatch.setattr(products, "BATCH", 2)
    models.Change.objects.record("products")
    assert [for_sale(memory) for _ in range(3)] == [set("ABCDE")] * 3


@pytest.mark.usefixtures("pairs")
def test_no_more_than_the_allowed_number_of_products_is_kept(monkeypatch):
    monkeypatch.setattr(products, "MAX_PRODUCTS", 2)
    monkeypatch.setattr(products, "BATCH", 2)
    memory = products.Products()
    assert len([memory.table() for _ in range(5)][-1].codes) == 2
    assert len(memory.table(["D"]).codes) == 2
    shop.put_on_sale(["F", "G"])
    shop.confirm_order("late", ["F", "G"])
    shop.project_all()
    assert len(memory.table().codes) == 2


@pytest.mark.usefixtures("pairs")
def test_a_product_that_was_never_sold_is_read_for_its_category():
    shop.save_product("NEW", "x")
    shop.project_all()
    memory = products.Products()
    table = memory.table(["NEW", "NO-SUCH-THING"])
    assert table.categories_of(table.codes_of(["NEW"])) == table.below("x")
    assert "NO-SUCH-THING" not in table.codes


@pytest.mark.usefixtures("pairs")
def test_changes_of_texts_and_of_quantities_alone_are_not_recorded():
    before = models.Change.objects.count()
    shop.save_product("A", "x")
    shop.receive("A", 5)
    shop.project_all()
    assert models.Change.objects.count() == before


@pytest.mark.usefixtures("pairs")
def test_a_ranking_is_remembered_until_one_of_its_baskets_or_candidates_changes():
    def ranking() -> rankings.Ranking:
        recommending.get_bought_together("A", 4)
        return recommending.remembered()._rankings["bought_together", ("A", 1.0)]

    first = ranking()
    assert ranking() is first
    shop.put_on_sale(["F", "G"])
    shop.confirm_order("other", ["F", "G"])
    shop.project_all()
    assert ranking() is first
    sell_out("C")
    second = ranking()
    assert second is not first
    shop.confirm_order("new", ["A", "G"])
    shop.project_all()
    assert ranking() is not second


@pytest.mark.usefixtures("pairs")
def test_only_the_latest_rankings_are_kept(monkeypatch):
    monkeypatch.setattr(rankings, "MAX_RANKINGS", 2)
    for sku in "ABC":
        recommending.get_bought_together(sku, 4)
    assert [key[1][0] for key in recommending.remembered()._rankings] == ["B", "C"]


@pytest.mark.usefixtures("pairs")
def test_a_remembered_answer_is_not_changed_by_its_reader():
    expected = [each.sku for each in recommending.get_bought_together("A", 4)]
    recommending.get_bought_together("A", 4).clear()
    assert [each.sku for each in recommending.get_bought_together("A", 4)] == expected


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(test_projections.STEPS, max_size=25))
def test_memory_that_followed_the_changes_recommends_as_one_that_was_just_loaded(steps):
    recommending.forget()
    with test_projections.rolled_back(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(rankings, "MAX_AGE_SECONDS", -1.0)
        for step in steps:
            step()
            shop.project_all()
            following = recommendations()
        recommending.forget()
        assert not steps or recommendations() == following


def recommendations() -> list[tuple[str, float, str]]:
    lists = [recommending.get_bought_together(sku, 3) for sku in "ABCD"]
    lists += [recommending.get_popular(category, 3) for category in (None, "x", "y")]
    return [(each.sku, round(each.score, 6), each.reason) for listed in lists for each in listed]


def test_equally_popular_products_are_ordered_by_sku():
    table = ProductTable()
    table.put([Row(f"P{number:03}", True, "", 1, 2.0, 1) for number in reversed(range(600))])
    table.put([Row("BEST", True, "", 1, 3.0, 1), Row("NEVER SOLD", True, "", 1, None, None)])
    table.sort()
    assert [sku for sku, _ in table.popular(4)] == ["BEST", "P000", "P001", "P002"]
    assert len(table.popular(1000)) == 601
