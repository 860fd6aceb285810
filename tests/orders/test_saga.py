"""The saga interrupted anywhere and resumed: every effect happens once, and orders and stock are consistent."""

import pytest
from django.core import mail
from idl.orders import OrderStatus, PaymentStatus

from apps.orders.models import CardEntry, Order
from apps.orders.reactions import saga, saga_calls
from idl import inventory
from tests import acting
from tests.orders import shop
from tests.orders.interruptions import (
    ProcessKilled,
    assert_consistent,
    later,
    provider_entries,
    run_interrupted_at,
    subjects,
    sweep,
)
from tests.orders.shop import COAT, TEAPOT
from thriftshop import rpc
from thriftshop.events import decider, progress

pytestmark = pytest.mark.django_db


def test_an_order_interrupted_anywhere_is_confirmed_once(interruptions):
    shop.open_shop(stock=100)
    places = 0
    while True:
        mail.outbox.clear()
        order = shop.place((COAT, 1), (TEAPOT, 2), token="tok_ok")
        stopped = run_interrupted_at(interruptions, places)
        assert shop.get(order.id).status == OrderStatus.CONFIRMED
        assert shop.kinds(order.id) == ["OrderPlaced", "OrderStockReserved", "PaymentAuthorised", "OrderConfirmed"]
        assert provider_entries(order.id) == [("authorise", 70_00)]
        assert len(subjects("confirmed")) == 1
        if not stopped:
            break
        places += 1
    assert places == 9
    assert_consistent()


def test_an_invoice_order_interrupted_anywhere_is_confirmed_once(interruptions):
    shop.open_shop(stock=100)
    places = 0
    while True:
        mail.outbox.clear()
        order = shop.place((COAT, 1), (TEAPOT, 2))
        stopped = run_interrupted_at(interruptions, places)
        assert shop.get(order.id).status == OrderStatus.CONFIRMED
        assert shop.kinds(order.id) == ["OrderPlaced", "OrderStockReserved", "PaymentAuthorised", "OrderConfirmed"]
        assert len(subjects("confirmed")) == 1
        if not stopped:
            break
        places += 1
    assert places == 3
    assert_consistent()


def test_an_invoice_order_without_stock_interrupted_anywhere_is_rejected_once(interruptions):
    shop.open_shop(stock=2)
    places = 0
    while True:
        mail.outbox.clear()
        order = shop.place((COAT, 1), (TEAPOT, 3))
        stopped = run_interrupted_at(interruptions, places)
        assert (shop.get(order.id).status, shop.get(order.id).reason) == (OrderStatus.REJECTED, "out of stock")
        assert shop.levels(COAT, TEAPOT) == {COAT: (2, 0), TEAPOT: (2, 0)}
        assert len(subjects("could not be confirmed")) == 1
        if not stopped:
            break
        places += 1
    assert places >= 3
    assert_consistent()


def test_an_invoice_order_with_a_temporary_reservation_of_an_earlier_version_is_confirmed(monkeypatch):
    shop.open_shop()
    order = shop.place((COAT, 3))
    with acting.as_service("orders"):
        rpc.connect(inventory.InventoryService).reserve(order.id, [inventory.StockLine(sku=COAT, quantity=3)], 900)
    progress.catch_up()
    assert shop.get(order.id).status == OrderStatus.CONFIRMED
    later(monkeypatch, 100 * 86_400_000)
    assert shop.levels(COAT) == {COAT: (20, 3)}
    assert_consistent()


@pytest.mark.parametrize("tried_before", [False, True])
def test_firmly_reserved_goods_of_an_order_rejected_during_a_crash_are_released(tried_before, monkeypatch):
    shop.open_shop()
    ((name, part),) = saga_calls.CALLS["reserve"]

    def failing(*_):
        raise RuntimeError("a wrong turn")

    def given_up_elsewhere_then_reserved_then_killed(order_id, state, step):
        monkeypatch.undo()
        with acting.as_customer():
            shop.shop().cancel(order_id, "quick")
        saga.advance(order_id)  # in another process: it finds nothing to release
        part(order_id, state, step)
        raise ProcessKilled

    if tried_before:
        monkeypatch.setitem(saga_calls.CALLS, "reserve", ((name, failing),))
    order = shop.place((COAT, 3))
    if tried_before:
        progress.catch_up()
        with acting.as_staff("orders"):
            shop.shop().retry_step(order.id)
    monkeypatch.setitem(saga_calls.CALLS, "reserve", ((name, given_up_elsewhere_then_reserved_then_killed),))
    with pytest.raises(ProcessKilled):
        progress.catch_up()
    assert shop.levels(COAT) == {COAT: (20, 3)}
    decider.forget_all()
    progress.catch_up()
    assert shop.get(order.id).status == OrderStatus.CANCELLED
    assert shop.levels(COAT) == {COAT: (20, 0)}
    assert_consistent()


def test_a_declined_order_interrupted_anywhere_is_rejected_once(interruptions):
    shop.open_shop(stock=100)
    places = 0
    while True:
        mail.outbox.clear()
        order = shop.place((COAT, 1), token="tok_decline")
        stopped = run_interrupted_at(interruptions, places)
        found = shop.get(order.id)
        assert (found.status, found.payment_status) == (OrderStatus.REJECTED, PaymentStatus.DECLINED)
        assert provider_entries(order.id) == []
        assert len(subjects("could not be confirmed")) == 1
        if not stopped:
            break
        places += 1
    assert places == 9
    assert_consistent()


def test_a_shipment_interrupted_anywhere_is_shipped_and_captured_once(interruptions):
    shop.open_shop(stock=100)
    places, sent = 0, 0
    while True:
        mail.outbox.clear()
        order = shop.confirmed((COAT, 1), (TEAPOT, 2), token="tok_ok")
        shop.ship(order.id)
        sent += 1
        stopped = run_interrupted_at(interruptions, places)
        found = shop.get(order.id)
        assert (found.status, found.payment_status) == (OrderStatus.SHIPPED, PaymentStatus.CAPTURED)
        assert provider_entries(order.id) == [("authorise", 70_00), ("capture", 70_00)]
        assert shop.levels(COAT, TEAPOT) == {COAT: (100 - sent, 0), TEAPOT: (100 - 2 * sent, 0)}
        assert len(subjects("on its way")) == 1
        if not stopped:
            break
        places += 1
    assert places == 5
    assert_consistent()


def test_a_return_interrupted_anywhere_is_restocked_and_refunded_once(interruptions):
    shop.open_shop(stock=100)
    places = 0
    while True:
        mail.outbox.clear()
        order = shop.shipped((COAT, 1), (TEAPOT, 2), token="tok_ok")
        shop.return_lines(order.id, (1, 1), (2, 2))
        stopped = run_interrupted_at(interruptions, places)
        found = shop.get(order.id)
        assert (found.status, found.payment_status) == (OrderStatus.RETURNED, PaymentStatus.REFUNDED)
        assert provider_entries(order.id) == [("authorise", 70_00), ("capture", 70_00), ("refund", 70_00)]
        assert shop.levels(COAT, TEAPOT) == {COAT: (100, 0), TEAPOT: (100, 0)}
        assert len(subjects("refund")) == 1
        if not stopped:
            break
        places += 1
    assert places == 6
    assert_consistent()


def test_a_cancellation_interrupted_anywhere_releases_stock_and_payment_once(interruptions):
    shop.open_shop(stock=100)
    places = 0
    while True:
        mail.outbox.clear()
        order = shop.confirmed((COAT, 1), token="tok_ok")
        with acting.as_customer():
            shop.shop().cancel(order.id, "changed my mind")
        stopped = run_interrupted_at(interruptions, places)
        found = shop.get(order.id)
        assert (found.status, found.payment_status) == (OrderStatus.CANCELLED, PaymentStatus.VOIDED)
        assert shop.kinds(order.id)[4:] == ["OrderCancelled", "StepDone", "PaymentVoided"]
        assert len(subjects("is cancelled")) == 1
        if not stopped:
            break
        places += 1
    assert places == 6
    assert_consistent()


@pytest.mark.parametrize(
    ("step", "token"), [("reserve", "tok_ok"), ("authorise", "tok_ok"), ("allocate", "tok_ok"), ("reserve", None)]
)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_order_cancelled_during_a_step_releases_stock_and_payment(step, token, moment, monkeypatch):
    shop.open_shop()
    ((name, part),) = saga_calls.CALLS[step]

    def cancelled_meanwhile(*args):
        if moment == "before":
            cancel(args[0])
        decision = part(*args)
        if moment == "after":
            cancel(args[0])
        return decision

    def cancel(order_id):
        with acting.as_customer():
            shop.shop().cancel(order_id, "quick")

    monkeypatch.setitem(saga_calls.CALLS, step, ((name, cancelled_meanwhile),))
    order = shop.place((COAT, 3), token=token)
    progress.catch_up()
    assert shop.get(order.id).status == OrderStatus.CANCELLED
    assert shop.levels(COAT) == {COAT: (20, 0)}
    assert not CardEntry.objects.filter(account=order.id, kind="capture").exists()
    if CardEntry.objects.filter(account=order.id, kind="authorise", outcome="done").exists():
        assert CardEntry.objects.filter(account=order.id, kind="void").exists()
    assert_consistent()


def test_an_order_with_an_expired_reservation_is_rejected(monkeypatch):
    shop.open_shop()
    ((name, part),) = saga_calls.CALLS["allocate"]

    def much_later(order_id, state, step):
        rpc.connect(inventory.InventoryService).release(order_id, [COAT], "expired")
        return part(order_id, state, step)

    monkeypatch.setitem(saga_calls.CALLS, "allocate", ((name, much_later),))
    order = shop.confirmed((COAT, 1), token="tok_ok")
    assert (order.status, order.reason) == (OrderStatus.REJECTED, "timed out")
    assert order.payment_status == PaymentStatus.VOIDED
    assert_consistent()


def test_after_a_lost_response_the_payment_is_authorised_once(monkeypatch):
    shop.open_shop()
    order = shop.confirmed((COAT, 1), token="tok_fail_once")
    assert order.status == OrderStatus.PENDING
    row = Order.objects.get(pk=order.id)
    assert (row.stuck, row.retry_at is not None) == ("", True)
    assert sweep() == 0
    later(monkeypatch, 2_100)
    assert sweep() == 1
    assert shop.get(order.id).status == OrderStatus.CONFIRMED
    assert provider_entries(order.id) == [("authorise", 45_00)]
    assert Order.objects.get(pk=order.id).retry_at is None
    assert_consistent()


def test_a_step_delayed_by_a_wrong_clock_is_retried_with_the_right_clock(monkeypatch):
    shop.open_shop()
    with monkeypatch.context() as wrong:
        later(wrong, 3_600_000)
        order = shop.confirmed((COAT, 1), token="tok_fail_once")
    assert order.status == OrderStatus.PENDING
    assert sweep() == 1
    assert shop.get(order.id).status == OrderStatus.CONFIRMED
    assert_consistent()
