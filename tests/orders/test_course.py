"""The life of an order through the contract, from placing to return."""

import pytest
from idl.orders import OrderStatus, PaymentStatus

from idl import orders
from tests import acting, stores
from tests.orders import shop
from tests.orders.shop import COAT, LAMP, TEAPOT
from thriftshop.events import progress

pytestmark = pytest.mark.django_db


def test_an_order_is_pending_first_and_confirmed_by_the_saga(event_store, transport):
    shop.open_shop()
    order = shop.place((COAT, 2), (TEAPOT, 1))
    assert (order.status, order.payment_status) == (OrderStatus.PENDING, PaymentStatus.NONE)
    assert order.total == shop.gbp(102_50)
    progress.catch_up()
    order = shop.get(order.id)
    assert (order.status, order.payment_status) == (OrderStatus.CONFIRMED, PaymentStatus.AUTHORISED)
    assert shop.levels(COAT, TEAPOT) == {COAT: (20, 2), TEAPOT: (20, 1)}
    assert shop.kinds(order.id) == ["OrderPlaced", "OrderStockReserved", "PaymentAuthorised", "OrderConfirmed"]


def test_shipped_goods_leave_the_stock_and_are_captured(event_store, transport):
    shop.open_shop()
    order = shop.shipped((COAT, 2), (TEAPOT, 1), charges=[shop.charge(3_95)])
    assert (order.status, order.payment_status) == (OrderStatus.SHIPPED, PaymentStatus.CAPTURED)
    assert order.captured == order.total == shop.gbp(106_45)
    assert shop.levels(COAT, TEAPOT) == {COAT: (18, 0), TEAPOT: (19, 0)}


@stores.on_every_store
def test_returned_goods_are_restocked_and_refunded_with_the_postage_last(event_store, transport):
    shop.open_shop()
    order = shop.shipped((COAT, 2), (TEAPOT, 1), charges=[shop.charge(3_95)])
    shop.return_lines(order.id, (1, 1))
    progress.catch_up()
    order = shop.get(order.id)
    assert (order.status, order.payment_status) == (OrderStatus.SHIPPED, PaymentStatus.PARTLY_REFUNDED)
    assert (order.refunded, order.returns[0].refund) == (shop.gbp(45_00), shop.gbp(45_00))
    shop.return_lines(order.id, (1, 1), (2, 1), restock=False)
    progress.catch_up()
    order = shop.get(order.id)
    assert order.status == OrderStatus.RETURNED
    assert order.refunded == order.captured == shop.gbp(106_45)
    assert shop.levels(COAT, TEAPOT) == {COAT: (19, 0), TEAPOT: (19, 0)}


def test_each_partial_shipment_captures_its_amount():
    shop.open_shop()
    order = shop.confirmed((COAT, 2), (TEAPOT, 3), charges=[shop.charge(3_95)])
    shop.ship(order.id, (1, 1), (2, 1), tracking="JD0002")
    progress.catch_up()
    order = shop.get(order.id)
    assert (order.status, order.payment_status) == (OrderStatus.PARTLY_SHIPPED, PaymentStatus.PARTLY_CAPTURED)
    assert order.captured == shop.gbp(45_00 + 12_50 + 3_95)
    assert order.shipments[0].tracking == "JD0002"
    shop.ship(order.id)
    progress.catch_up()
    order = shop.get(order.id)
    assert (order.status, order.payment_status, order.captured) == (
        OrderStatus.SHIPPED,
        PaymentStatus.CAPTURED,
        order.total,
    )
    assert shop.levels(COAT, TEAPOT) == {COAT: (18, 0), TEAPOT: (17, 0)}


def test_a_product_on_several_lines_is_reserved_once_and_shipped_by_line():
    shop.open_shop()
    order = shop.confirmed((LAMP, 2), (LAMP, 3, 25_00), (LAMP, 1, 0))
    assert [line.unit_price.amount for line in order.lines] == [30_00, 25_00, 0]
    assert [line.agreed_price for line in order.lines] == [False, True, True]
    assert shop.levels(LAMP) == {LAMP: (20, 6)}
    shop.ship(order.id, (2, 3))
    progress.catch_up()
    assert shop.levels(LAMP) == {LAMP: (17, 3)}
    shop.ship(order.id)
    progress.catch_up()
    assert shop.levels(LAMP) == {LAMP: (14, 0)}
    assert shop.get(order.id).captured == shop.gbp(135_00)


def test_an_order_with_a_total_of_zero_needs_no_payment():
    shop.open_shop()
    order = shop.shipped((COAT, 1, 0), token="tok_decline")
    assert (order.status, order.payment_status) == (OrderStatus.SHIPPED, PaymentStatus.CAPTURED)
    assert order.captured == shop.gbp(0)
    shop.return_lines(order.id, (1, 1))
    progress.catch_up()
    assert shop.get(order.id).status == OrderStatus.RETURNED


def test_an_order_for_more_than_the_stock_is_rejected_and_reserves_nothing(event_store):
    shop.open_shop(stock=3)
    order = shop.confirmed((COAT, 2), (TEAPOT, 4))
    assert (order.status, order.reason) == (OrderStatus.REJECTED, "out of stock")
    assert shop.levels(COAT, TEAPOT) == {COAT: (3, 0), TEAPOT: (3, 0)}


def test_cancelled_lines_are_released_and_reduce_the_total():
    shop.open_shop()
    order = shop.confirmed((COAT, 2), (TEAPOT, 3), token="tok_ok")
    with acting.as_staff("orders"):
        shop.shop().cancel_lines(shop.key(), order.id, shop.quantities((2, 2)), "chipped")
    progress.catch_up()
    assert shop.levels(TEAPOT) == {TEAPOT: (20, 1)}
    shop.ship(order.id)
    progress.catch_up()
    order = shop.get(order.id)
    assert (order.status, order.payment_status) == (OrderStatus.SHIPPED, PaymentStatus.CAPTURED)
    assert order.captured == shop.gbp(102_50)
    assert shop.kinds(order.id)[-1] == "PaymentVoided"


def test_cancelling_all_lines_cancels_the_order():
    shop.open_shop()
    order = shop.confirmed((COAT, 1))
    with acting.as_staff("orders"):
        key = shop.key()
        order = shop.shop().cancel_lines(key, order.id, shop.quantities((1, 1)), "moths")
        again = shop.shop().cancel_lines(key, order.id, shop.quantities((1, 1)), "moths")
    assert order.status == again.status == OrderStatus.CANCELLED
    progress.catch_up()
    assert shop.levels(COAT) == {COAT: (20, 0)}
    assert shop.get(order.id).payment_status == PaymentStatus.VOIDED


def test_money_is_refunded_without_a_return_up_to_the_captured_amount():
    shop.open_shop()
    order = shop.shipped((COAT, 1), token="tok_ok")
    with acting.as_staff("orders"):
        shop.shop().refund(shop.key(), order.id, shop.gbp(5_00), "a scratch")
        progress.catch_up()
        assert shop.get(order.id).refunded == shop.gbp(5_00)
        with pytest.raises(Exception, match=r"40\.00 GBP"):
            shop.shop().refund(shop.key(), order.id, shop.gbp(40_01), "too much")
        shop.shop().refund(shop.key(), order.id, shop.gbp(40_00), "the rest")
        with pytest.raises(orders.NotAllowedNow, match="Nothing can be refunded"):
            shop.shop().refund(shop.key(), order.id, shop.gbp(1), "more")
    progress.catch_up()
    assert shop.get(order.id).payment_status == PaymentStatus.REFUNDED
