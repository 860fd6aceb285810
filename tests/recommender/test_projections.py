"""What the recommender makes of other contexts' events, live and rebuilt."""

import contextlib

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.recommender import models, projections
from idl import catalog, inventory
from tests.recommender import shop
from thriftshop.events import rebuild, streams

pytestmark = pytest.mark.django_db


def differences() -> list[str]:
    return [table for projection in projections.PROJECTIONS for table in rebuild.differences(projection)]


def test_a_confirmed_order_is_learnt_with_each_product_once():
    shop.confirmed("o1", ["A", "B", "A"], at=shop.NOW, customer="c1")
    shop.told()
    basket = models.Basket.objects.get()
    assert (basket.order_id, basket.bought_at, basket.customer_id, basket.skus) == ("o1", shop.NOW, "c1", ["A", "B"])
    assert set(models.Popularity.objects.values_list("sku", "baskets")) == {("A", 1), ("B", 1)}


def test_a_guests_order_has_no_customer():
    shop.confirmed("o1", ["A", "B"])
    shop.told()
    assert models.Basket.objects.get().customer_id == ""


@pytest.mark.parametrize("between", [lambda: None, shop.told], ids=["in one batch", "in two batches"])
def test_a_cancelled_order_is_unlearnt(between):
    shop.confirmed("o1", ["A", "B"])
    shop.confirmed("o2", ["A", "C"])
    between()
    shop.cancelled("o1")
    shop.told()
    assert [basket.order_id for basket in models.Basket.objects.all()] == ["o2"]
    popularity = dict(models.Popularity.objects.values_list("sku", "baskets"))
    assert popularity == {"A": 1, "B": 0, "C": 1}
    assert models.Popularity.objects.get(sku="B").weight == 0
    assert differences() == []


def test_an_order_cancelled_before_it_was_confirmed_is_passed_over():
    shop.cancelled("o1")
    shop.told()
    assert not models.Basket.objects.exists()
    assert shop.parked() == 0


def test_the_same_events_again_change_nothing():
    shop.for_sale(["A", "B"])
    shop.confirmed("o1", ["A", "B"])
    shop.told()
    before = shop.tables()
    for projection in projections.PROJECTIONS:
        log = streams.of(projection.topic)
        records = [record for stream in ("A", "B", "o1") for record in log.read({stream: 0})[stream]]
        projection.apply([record for record in records if record.kind in projection.kinds])
    assert shop.tables() == before


def test_later_sales_count_for_more_than_earlier_ones():
    shop.confirmed("o1", ["OLD", "X"], at=shop.NOW - 100 * shop.DAY)
    shop.confirmed("o2", ["NEW", "Y"], at=shop.NOW)
    shop.told()
    weight = dict(models.Popularity.objects.values_list("sku", "weight"))
    assert weight["NEW"] > 2 * weight["OLD"]


def test_a_product_is_on_sale_from_publishing_until_archiving():
    shop.written("A", "coats", catalog.ProductStatus.DRAFT)
    shop.told()
    assert not models.Product.objects.get().on_sale
    shop.happened("catalog", "A", catalog.ProductPublished(product=shop.product("A", "hats")))
    shop.told()
    assert (models.Product.objects.get().on_sale, models.Product.objects.get().category_id) == (True, "hats")
    shop.archived("A")
    shop.told()
    assert (models.Product.objects.get().on_sale, models.Product.objects.get().category_id) == (False, "hats")


def test_categories_are_known_with_all_below_them():
    for one, parent in (("clothes", None), ("coats", "clothes"), ("duffle", "coats"), ("toys", None)):
        shop.category(one, parent)
    shop.told()
    assert models.Category.objects.below("clothes") == {"clothes", "coats", "duffle"}
    assert models.Category.objects.below("nowhere") == set()
    shop.category("coats", "toys")
    shop.happened("catalog", "category-duffle", catalog.CategoryRemoved(id="duffle"))
    shop.told()
    assert models.Category.objects.below("clothes") == {"clothes"}
    assert models.Category.objects.below("toys") == {"toys", "coats"}


def test_what_is_available_follows_the_ledger():
    shop.happened(
        "inventory",
        "A",
        inventory.StockReceived(quantity=10),
        inventory.StockReserved(reservation_id="o1", quantity=4, expires_at=shop.NOW),
        inventory.StockAllocated(reservation_id="o1"),
        inventory.StockShipped(reservation_id="o1", quantity=3),
        inventory.StockReleased(reservation_id="o1", quantity=1, reason="cancelled"),
        inventory.StockTakenBack(quantity=1),
        inventory.StockWrittenOff(quantity=2, reason="moths"),
        inventory.StockCounted(counted=5, difference=-1, reason="count"),
        inventory.StockReduced(quantity=1),
    )
    shop.told()
    assert models.Stock.objects.get().available == 10 - 4 + 1 + 1 - 2 - 1 - 1


SKU = st.sampled_from(["A", "B", "C", "D"])
ORDER = st.sampled_from(["o1", "o2", "o3", "o4", "o5"])
DAYS_AGO = st.integers(0, 500).map(lambda days: shop.NOW - days * shop.DAY)
HAPPENINGS = st.one_of(
    st.builds(
        lambda order, skus, at, customer: lambda: shop.confirmed(order, skus, at, customer),
        ORDER,
        st.lists(SKU, min_size=1, max_size=4),
        DAYS_AGO,
        st.sampled_from([None, "c1"]),
    ),
    st.builds(lambda order: lambda: shop.cancelled(order), ORDER),
    st.builds(
        lambda sku, category, status: lambda: shop.written(sku, category, status),
        SKU,
        st.sampled_from([None, "x", "y"]),
        st.sampled_from([1, 2, 3]),
    ),
    st.builds(lambda sku: lambda: shop.archived(sku), SKU),
    st.builds(lambda one, parent: lambda: shop.category(one, parent), *[st.sampled_from(["x", "y", "z"])] * 2),
    st.builds(lambda sku, pieces: lambda: shop.received(sku, pieces), SKU, st.integers(1, 9)),
    st.just(shop.told),
)


@contextlib.contextmanager
def undone():
    """Everything within is undone at its end, so that each example starts from nothing."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(HAPPENINGS, max_size=25))
def test_applied_live_equals_rebuilt(happenings):
    with undone():
        for happening in happenings:
            happening()
        shop.told()
        assert shop.parked() == 0
        assert differences() == []
        live = shop.tables()
        for projection in projections.PROJECTIONS:
            rebuild.rebuild(projection)
        assert shop.tables() == live
