"""The recommender's projections of other contexts' events, live and rebuilt."""

import contextlib
import threading

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.recommender import models, projections
from idl import catalog, inventory
from tests.recommender import shop
from thriftshop.events import rebuild, streams

pytestmark = pytest.mark.django_db


def differences() -> list[str]:
    return [table for projection in projections.PROJECTIONS for table in rebuild.differences(projection)]


def test_a_confirmed_order_becomes_a_basket_with_each_product_once():
    shop.confirm_order("o1", ["A", "B", "A"], at=shop.NOW, customer="c1")
    shop.project_all()
    basket = models.Basket.objects.get()
    assert (basket.order_id, basket.bought_at, basket.customer_id, basket.skus) == ("o1", shop.NOW, "c1", ["A", "B"])
    assert set(models.Popularity.objects.values_list("sku", "baskets")) == {("A", 1), ("B", 1)}


@pytest.mark.django_db(transaction=True)
def test_partitions_that_are_applied_at_once_lose_no_basket_of_a_product():
    shop.confirm_order("o1", ["A"])
    shop.confirm_order("o2", ["A"])
    first, second = streams.of("orders").scan({"OrderConfirmed"})

    def apply_second():
        with contextlib.closing(connection), transaction.atomic():
            projections.apply_orders([second])

    other = threading.Thread(target=apply_second)
    with transaction.atomic():
        projections.apply_orders([first])
        other.start()
        other.join(1.0)  # it waits for this transaction, or has read what this one is about to change
    other.join()
    assert models.Popularity.objects.get().baskets == 2


def test_the_basket_of_a_guest_has_no_customer():
    shop.confirm_order("o1", ["A", "B"])
    shop.project_all()
    assert models.Basket.objects.get().customer_id == ""


@pytest.mark.parametrize("between", [lambda: None, shop.project_all], ids=["in one batch", "in two batches"])
def test_a_cancelled_order_removes_its_basket_and_popularity(between):
    shop.confirm_order("o1", ["A", "B"])
    shop.confirm_order("o2", ["A", "C"])
    between()
    shop.cancel_order("o1")
    shop.project_all()
    assert [basket.order_id for basket in models.Basket.objects.all()] == ["o2"]
    popularity = dict(models.Popularity.objects.values_list("sku", "baskets"))
    assert popularity == {"A": 1, "B": 0, "C": 1}
    assert models.Popularity.objects.get(sku="B").weight == 0
    assert differences() == []


def test_an_order_cancelled_before_its_confirmation_is_ignored():
    shop.cancel_order("o1")
    shop.project_all()
    assert not models.Basket.objects.exists()
    assert shop.dead_letters() == 0


def test_repeated_events_change_nothing():
    shop.put_on_sale(["A", "B"])
    shop.confirm_order("o1", ["A", "B"])
    shop.project_all()
    before = shop.stored_rows()
    for projection in projections.PROJECTIONS:
        log = streams.of(projection.topic)
        records = [record for stream in ("A", "B", "o1") for record in log.read({stream: 0})[stream]]
        projection.apply([record for record in records if record.kind in projection.kinds])
    assert shop.stored_rows() == before


def test_later_sales_count_more_than_earlier_ones():
    shop.confirm_order("o1", ["OLD", "X"], at=shop.NOW - 100 * shop.DAY)
    shop.confirm_order("o2", ["NEW", "Y"], at=shop.NOW)
    shop.project_all()
    weight = dict(models.Popularity.objects.values_list("sku", "weight"))
    assert weight["NEW"] > 2 * weight["OLD"]


def test_a_product_is_on_sale_from_publishing_until_archiving():
    shop.save_product("A", "coats", catalog.ProductStatus.DRAFT)
    shop.project_all()
    assert not models.Product.objects.get().on_sale
    shop.append_events("catalog", "A", catalog.ProductPublished(product=shop.product("A", "hats")))
    shop.project_all()
    assert (models.Product.objects.get().on_sale, models.Product.objects.get().category_id) == (True, "hats")
    shop.archive_product("A")
    shop.project_all()
    assert (models.Product.objects.get().on_sale, models.Product.objects.get().category_id) == (False, "hats")


def test_a_category_is_found_with_its_descendants():
    for category_id, parent in (("clothes", None), ("coats", "clothes"), ("duffle", "coats"), ("toys", None)):
        shop.save_category(category_id, parent)
    shop.project_all()
    assert models.Category.objects.below("clothes") == {"clothes", "coats", "duffle"}
    assert models.Category.objects.below("nowhere") == set()
    shop.save_category("coats", "toys")
    shop.append_events("catalog", "category-duffle", catalog.CategoryRemoved(id="duffle"))
    shop.project_all()
    assert models.Category.objects.below("clothes") == {"clothes"}
    assert models.Category.objects.below("toys") == {"toys", "coats"}


def test_the_available_quantity_follows_the_inventory_events():
    shop.append_events(
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
    shop.project_all()
    assert models.Stock.objects.get().available == 10 - 4 + 1 + 1 - 2 - 1 - 1


SKU = st.sampled_from(["A", "B", "C", "D"])
ORDER = st.sampled_from(["o1", "o2", "o3", "o4", "o5"])
DAYS_AGO = st.integers(0, 500).map(lambda days: shop.NOW - days * shop.DAY)
STEPS = st.one_of(
    st.builds(
        lambda order, skus, at, customer: lambda: shop.confirm_order(order, skus, at, customer),
        ORDER,
        st.lists(SKU, min_size=1, max_size=4),
        DAYS_AGO,
        st.sampled_from([None, "c1"]),
    ),
    st.builds(lambda order: lambda: shop.cancel_order(order), ORDER),
    st.builds(
        lambda sku, category, status: lambda: shop.save_product(sku, category, status),
        SKU,
        st.sampled_from([None, "x", "y"]),
        st.sampled_from([1, 2, 3]),
    ),
    st.builds(lambda sku: lambda: shop.archive_product(sku), SKU),
    st.builds(lambda child, parent: lambda: shop.save_category(child, parent), *[st.sampled_from(["x", "y", "z"])] * 2),
    st.builds(lambda sku, quantity: lambda: shop.receive(sku, quantity), SKU, st.integers(1, 9)),
    st.just(shop.project_all),
)


@contextlib.contextmanager
def rolled_back():
    """A transaction that is rolled back at its end, so that each example starts without rows."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(STEPS, max_size=25))
def test_live_projections_equal_rebuilt_ones(steps):
    with rolled_back():
        for step in steps:
            step()
        shop.project_all()
        assert shop.dead_letters() == 0
        assert differences() == []
        live = shop.stored_rows()
        for projection in projections.PROJECTIONS:
            rebuild.rebuild(projection)
        assert shop.stored_rows() == live
