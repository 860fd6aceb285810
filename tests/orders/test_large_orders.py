"""Orders with the maximum numbers of lines and pieces."""

import contextlib

import pytest
from idl.orders import OrderStatus, PaymentStatus

from apps.orders.domain import batches, validation
from idl import common, inventory, orders
from tests import acting
from tests.orders import large, shop
from tests.orders.admin_pages import url
from tests.orders.shop import COAT, LAMP, gbp
from thriftshop import rpc
from thriftshop.events import progress, rebuild

pytestmark = pytest.mark.django_db
TWO_BATCHES = batches.SIZE + 50


@pytest.mark.slow
def test_an_order_with_the_maximum_number_of_lines_is_shipped_and_returned(admin):
    count = orders.MAX_LINES
    large.open_shop(count, stock=2)
    order = shop.confirmed(*((sku, 2) for sku in large.skus(count)), token="tok_ok")
    assert (order.status, order.line_count, len(order.lines)) == (OrderStatus.CONFIRMED, count, 1_000)
    assert order.total == gbp(count * 2 * large.PRICE)
    assert [line.number for line in large.lines_of(order)] == list(range(1, count + 1))
    assert set(shop.levels(*large.skus(count)).values()) == {(2, 2)}

    page = admin.get(url("change", order), {"lines": "50"}).content.decode()
    assert "Lines 9801 to 10000 of 10000" in page
    assert f"Product {large.skus(count)[-1]}" in page
    form = admin.get(url("ship", order)).content.decode()
    assert "9100 more are not shown" in form
    sent = admin.post(url("ship", order), {"key": "k" * 32, "tracking": "", "everything": "on"}, follow=True)
    assert "has been shipped" in sent.content.decode()
    progress.catch_up()
    order = shop.get(order.id)
    assert (order.status, order.payment_status, order.captured) == (
        OrderStatus.SHIPPED,
        PaymentStatus.CAPTURED,
        order.total,
    )
    assert set(shop.levels(*large.skus(count)).values()) == {(0, 0)}

    shop.return_lines(order.id, *((number, 2) for number in range(1, count + 1)))
    progress.catch_up()
    order = shop.get(order.id)
    assert (order.status, order.refunded) == (OrderStatus.RETURNED, order.total)
    assert set(shop.levels(*large.skus(count)).values()) == {(2, 0)}


@pytest.mark.parametrize("call", ["reserve", "allocate", "ship", "take_back", "release"])
def test_a_step_interrupted_between_its_batches_resumes_without_repeating_effects(monkeypatch, call):
    large.open_shop(TWO_BATCHES, stock=3)
    fail_once_at_the_second_part(monkeypatch, call)
    order = shop.place(*((sku, 1) for sku in large.skus(TWO_BATCHES)), token="tok_ok")
    drain()
    assert shop.get(order.id).status == OrderStatus.CONFIRMED
    if call == "release":
        with acting.as_staff("orders"):
            shop.shop().cancel(order.id, "x")
    else:
        shop.ship(order.id)
        drain()
        shop.return_lines(order.id, *((number, 1) for number in range(1, TWO_BATCHES + 1)))
    drain()
    assert set(shop.levels(*large.skus(TWO_BATCHES)).values()) == {(3, 0)}
    kinds = shop.kinds(order.id)
    assert len(kinds) == len(set(kinds))


def drain():
    """Process all events, again if the inventory is unavailable meanwhile."""
    with contextlib.suppress(rpc.Unavailable):
        progress.catch_up()
    progress.catch_up()


def fail_once_at_the_second_part(monkeypatch, call):
    """The inventory is unavailable once, after a first batch."""
    from apps.inventory.service import Service

    done, calls = getattr(Service, call), []

    def sometimes(*args, **more):
        calls.append(call)
        if len(calls) == 2:
            raise rpc.Unavailable("The inventory is being restarted.")
        return done(*args, **more)

    monkeypatch.setattr(Service, call, staticmethod(sometimes))


@pytest.mark.parametrize("provider", ["invoice", "card"])
def test_if_a_later_batch_is_out_of_stock_the_earlier_ones_are_released(provider):
    large.open_shop(TWO_BATCHES, stock=1)
    singles = [(sku, 1) for sku in large.skus(TWO_BATCHES)[:-1]]
    order = shop.confirmed(*singles, (large.skus(TWO_BATCHES)[-1], 2), token="tok_ok" if provider == "card" else None)
    assert (order.status, order.reason) == (OrderStatus.REJECTED, "out of stock")
    assert set(shop.levels(*large.skus(TWO_BATCHES)).values()) == {(1, 0)}


def test_a_line_with_the_maximum_quantity(event_store, transport):
    shop.open_shop()
    shop.receive({COAT: 200_000, LAMP: orders.MAX_QUANTITY * 2})
    order = shop.shipped((COAT, 200_000, 1), (LAMP, orders.MAX_QUANTITY, 1), (LAMP, orders.MAX_QUANTITY, 1))
    assert order.status == OrderStatus.SHIPPED
    shop.return_lines(order.id, (1, 200_000), (2, orders.MAX_QUANTITY), (3, orders.MAX_QUANTITY))
    progress.catch_up()
    order = shop.get(order.id)
    assert (order.status, order.refunded) == (OrderStatus.RETURNED, order.total)
    assert shop.levels(COAT, LAMP) == {COAT: (200_020, 0), LAMP: (orders.MAX_QUANTITY * 2 + 20, 0)}


def test_input_beyond_the_limits_of_the_contract_is_refused_with_the_limit():
    with pytest.raises(common.InvalidInput, match="1 to 10,000 lines, not 10,001"):
        shop.place(*[(COAT, 1)] * (orders.MAX_LINES + 1))
    with pytest.raises(common.InvalidInput, match="Line 2: the quantity must be 1 to 10,000,000, not 10,000,001"):
        shop.place((COAT, 1), (COAT, orders.MAX_QUANTITY + 1))
    with pytest.raises(common.InvalidInput, match="The lines of COAT have 2,010,000,000 together"):
        shop.place(*[(COAT, orders.MAX_QUANTITY)] * 201)
    with pytest.raises(common.InvalidInput, match="up to 1,000"):
        shop.receive({f"S{number}": 1 for number in range(inventory.MAX_LINES + 1)})


def test_names_that_do_not_fit_into_a_message_are_refused():
    validation.names(["x" * 500] * 10_000)
    with pytest.raises(common.InvalidInput, match="take 6,000,000 bytes"):
        validation.names(["茶" * 200] * 10_000)


def test_lines_are_listed_in_pages_for_viewers_of_the_order():
    shop.open_shop(stock=2_000)
    order = shop.confirmed(*[(COAT, 1)] * 1_100)
    assert (order.line_count, len(order.lines)) == (1_100, 1_000)
    assert large.lines_of(order)[:1_000] == order.lines
    with acting.as_customer():
        assert [line.number for line in shop.shop().get_order_lines(order.id, 1_098, 5)] == [1_099, 1_100]
        assert shop.shop().get_order_lines(order.id, 1_100, 5) == []
        for after, first in ((-1, 5), (0, 0), (0, 1_001)):
            with pytest.raises(common.InvalidInput):
                shop.shop().get_order_lines(order.id, after, first)
    with acting.as_customer(acting.OTHER), pytest.raises(common.NotFound):
        shop.shop().get_order_lines(order.id, 0, 5)


def test_an_answer_has_a_maximum_number_of_lines(monkeypatch):
    from apps.orders.service import streams

    monkeypatch.setattr(streams, "MAX_LINES_PER_ANSWER", 5)
    shop.open_shop()
    placed = [shop.confirmed((COAT, 1), (LAMP, 1)) for _ in range(3)]
    with acting.as_service("demo"):
        returned = shop.shop().get_orders([order.id for order in placed])
    assert [len(order.lines) for order in returned] == [2, 2, 1]
    assert [order.line_count for order in returned] == [2, 2, 2]


def test_tables_of_a_large_order_equal_their_rebuild():
    from apps.orders.projections import PROJECTIONS

    shop.open_shop(stock=2_000)
    order = shop.shipped(*[(COAT, 1)] * 1_100)
    assert order.status == OrderStatus.SHIPPED
    for projection in PROJECTIONS:
        assert rebuild.differences(projection) == []
