"""Loading: through the contracts, each item at its own date, once, and resumed after an interruption."""

import dataclasses
import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command

from apps.demo import loading, planning, reading, stocking
from apps.demo.loading import run, sales
from apps.demo.models import Loading
from idl import catalog, common, inventory, orders
from tests.acting import as_service
from tests.demo import shop
from thriftshop import clock, events, rpc
from thriftshop.events import groups, rebuild, streams

pytestmark = pytest.mark.django_db


@pytest.fixture
def content(monkeypatch):
    """The small content, which the command reads too."""
    small = shop.small()
    monkeypatch.setattr(reading, "content", lambda: small)
    return small


def load(content):
    loading.load(content, Loading.begun("shop"), lambda steps: None)


def everything():
    """All orders, levels and products as a service sees them."""
    with as_service("catalog"):
        page = rpc.connect(catalog.CatalogService).find_products(
            catalog.ProductFilter(), catalog.ProductSort.NAME, common.Page(first=100)
        )
    with as_service("orders"):
        found = rpc.connect(orders.OrdersService).find_orders(orders.OrderFilter(), common.Page(first=100))
        levels = rpc.connect(inventory.InventoryService).get_levels([product.sku for product in page.products])
    return page.products, found.orders, levels


def test_the_shop_has_the_content(content, event_store):
    load(content)
    products, placed, levels = everything()
    planned = planning.plan(content, Loading.objects.get().now)
    assert {product.sku for product in products} == {item.sku for item in content.items}
    assert all(len(product.images) == 1 and len(product.prices) == 3 for product in products)
    assert len(placed) == sum(isinstance(step, planning.Place) for step in planned)
    assert all(level.available >= 0 for level in levels)
    by_sku = {product.sku: product for product in products}
    for item in content.items:
        pounds = next(money.amount for money in by_sku[item.sku].prices if money.currency == "GBP")
        assert pounds == item.prices[-1][1]


def test_every_step_has_its_own_date(content):
    load(content)
    products, placed, _ = everything()
    record = Loading.objects.get()
    listed = {item.sku: run.date_of(record.now, item.listed) for item in content.items}
    for product in products:
        created = dt.datetime.fromtimestamp(product.created_at / 1000, planning.ZONE)
        assert created.date() == listed[product.sku]
    steps = [step for step in planning.plan(content, record.now) if isinstance(step, planning.Place)]
    assert sorted(order.placed_at for order in placed) == sorted(round(step.at.timestamp() * 1000) for step in steps)


def test_every_order_has_the_planned_status(content):
    load(content)
    record = Loading.objects.get()
    _, placed, _ = everything()
    status = {order.id: order.status for order in placed}
    for step in planning.plan(content, record.now):
        at = status[record.orders[str(step.order)]]
        match step:
            case planning.Place(card="tok_decline"):
                assert at == orders.OrderStatus.REJECTED
            case planning.Cancel():
                assert at == orders.OrderStatus.CANCELLED
            case planning.Ship():
                shipped = {orders.OrderStatus.SHIPPED, orders.OrderStatus.PARTLY_SHIPPED, orders.OrderStatus.RETURNED}
                assert at in shipped


def test_a_second_load_changes_nothing(content):
    load(content)
    before, events_before = everything(), recorded()
    Loading.objects.update(next_day=None, finished_at=None)
    load(content)
    assert everything() == before
    assert recorded() == events_before


def recorded():
    """How many events each context has."""
    return {topic: streams.of(topic).count() for topic in ("catalog", "inventory", "orders", "users")}


def test_an_interrupted_load_resumes_with_the_same_result(content, monkeypatch):
    apply, left = sales.apply, [9]

    def weary(state, step):
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        apply(state, step)

    monkeypatch.setattr(sales, "apply", weary)
    with pytest.raises(KeyboardInterrupt):
        load(content)
    monkeypatch.setattr(sales, "apply", apply)
    load(content)
    record = Loading.objects.get()
    assert record.finished_at
    assert record.done == sum(len(day) for day in loading.days(content, record.now))
    planned = [step for step in planning.plan(content, record.now) if isinstance(step, planning.Place)]
    assert len(everything()[1]) == len(planned)


def test_projections_equal_their_rebuild(content):
    load(content)
    for group in groups.hosted():
        if isinstance(group, events.Projection):
            assert rebuild.differences(group) == []


def test_a_refusal_names_the_step_and_the_next_start_resumes(content):
    unpriced = dataclasses.replace(content.items[0], prices=((200, 0),))
    with pytest.raises(loading.Halted, match=content.items[0].sku):
        load(dataclasses.replace(content, items=(unpriced, *content.items[1:])))
    assert Loading.objects.get().finished_at is None
    load(content)
    assert {one.sku for one in everything()[0]} == {item.sku for item in content.items}


def test_future_prices_are_scheduled(content):
    load(content)
    ahead = clock.moment(Loading.objects.get().now + dt.timedelta(days=10))
    with as_service("demo"):
        shop_ = rpc.connect(catalog.CatalogService)
        (now,), (then,) = (shop_.get_prices(["TEAS-001"], "GBP", at) for at in (None, ahead))
    assert then.money.amount == round(now.money.amount * 0.9 / 50) * 50
    assert then.reason == "Winter week"


def test_the_command_loads_once_and_sends_no_email(content, mailoutbox):
    output = run_command()
    assert f"{len(content.items)} products" in output
    again = run_command()
    assert "nothing to do" in again
    assert Loading.objects.count() == 1
    assert mailoutbox == []


def run_command(*arguments):
    """What `manage.py demo` says."""
    out = io.StringIO()
    call_command("demo", "--quiet", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("number", ["0", "-5", "999", "1000001"])
def test_an_invalid_number_of_products_is_refused_and_changes_nothing(content, number):
    with pytest.raises(CommandError, match="must be between 1,000 and 1,000,000"):
        run_command("--products", number)
    assert not Loading.objects.exists()


def test_generating_products_resumes_and_a_second_run_changes_nothing(content, monkeypatch):
    monkeypatch.setattr(stocking, "BATCH", 20)
    for products in (30, 70, 70):
        stocking.stock_up(content, Loading.begun("stock"), products, lambda steps: None)
        with as_service("inventory"):
            totals = rpc.connect(inventory.InventoryService).get_totals()
        with as_service("catalog"):
            page = rpc.connect(catalog.CatalogService).find_products(
                catalog.ProductFilter(), catalog.ProductSort.NAME, common.Page(first=1)
            )
        assert page.page_info.total == products
        assert totals.skus == products
    assert totals.on_hand == sum(stocking.item(content, number).quantity for number in range(70))


def test_generated_products_are_distinct_and_within_the_vocabulary():
    content = reading.content()
    items = [stocking.item(content, number) for number in range(5000)]
    assert len({item.sku for item in items}) == len({item.name for item in items}) == 5000
    assert items == [stocking.item(content, number) for number in range(5000)]
    for item in items:
        assert all(value in content.attributes[code].values for code, value in item.attributes.items())
        assert item.prices[0][1] > 0
