"""The saga with failing and waiting steps, and with timeouts."""

import threading

import pytest
from django.db import connection
from idl.orders import OrderStatus, PaymentStatus

from apps.orders.models import CardEntry, Order
from apps.orders.reactions import saga, saga_calls
from idl import common, orders
from tests import acting
from tests.orders import shop
from tests.orders.interruptions import MINUTE, assert_consistent, later, provider_entries, subjects, sweep
from tests.orders.shop import COAT, TEAPOT
from thriftshop import rpc
from thriftshop.events import progress

pytestmark = pytest.mark.django_db


def test_a_delayed_authorisation_is_retried_until_it_is_decided(monkeypatch):
    shop.open_shop()
    later(monkeypatch, 0)
    order = shop.confirmed((COAT, 1), token="tok_delay")
    assert order.status == OrderStatus.PENDING
    later(monkeypatch, 3_100)
    sweep()
    assert shop.get(order.id).status == OrderStatus.CONFIRMED


def test_a_step_that_keeps_failing_waits_for_staff_until_they_retry_it(monkeypatch):
    shop.open_shop()
    order = shop.shipped((COAT, 1), token="tok_capture_fail")
    assert (order.status, order.payment_status) == (OrderStatus.SHIPPED, PaymentStatus.AUTHORISED)
    for _ in range(4):
        later(monkeypatch, 60_000)
        assert sweep() == 1
    later(monkeypatch, 60_000)
    assert sweep() == 0
    assert Order.objects.get(pk=order.id).stuck == "capture"
    assert shop.levels(COAT) == {COAT: (19, 0)}
    CardEntry.objects.filter(account=order.id).update(token="tok_ok")
    with acting.as_staff("orders"):
        shop.shop().retry_step(order.id)
    progress.catch_up()
    order = shop.get(order.id)
    assert (order.payment_status, order.captured) == (PaymentStatus.CAPTURED, shop.gbp(45_00))
    assert provider_entries(order.id) == [("authorise", 45_00), ("capture", 45_00)]
    assert Order.objects.get(pk=order.id).stuck == ""
    assert_consistent()


def test_an_order_pending_for_too_long_is_rejected_and_releases_stock_and_payment(monkeypatch):
    shop.open_shop()
    order = shop.confirmed((COAT, 1), token="tok_fail")
    assert (order.status, shop.levels(COAT)) == (OrderStatus.PENDING, {COAT: (20, 1)})
    later(monkeypatch, 15 * MINUTE + 1_000)
    assert sweep() == 1
    order = shop.get(order.id)
    assert (order.status, order.reason) == (OrderStatus.REJECTED, "timed out")
    assert len(subjects("could not be confirmed")) == 1
    assert sweep() == 0
    assert_consistent()


def test_imported_orders_are_not_overdue(monkeypatch):
    shop.open_shop()
    with acting.as_service("trade"), rpc.using(occurred_at=1_260_000_000_000):
        order = shop.shop().place(shop.order_request((COAT, 1, 1_00)))
    assert order.placed_at == 1_260_000_000_000
    assert sweep() == 0
    progress.catch_up()
    assert shop.get(order.id).status == OrderStatus.CONFIRMED


def test_steps_are_retried_while_another_context_is_unavailable(monkeypatch):
    shop.open_shop()
    ((name, part),) = saga_calls.CALLS["reserve"]

    def out_of_reach(*args):
        raise rpc.Unavailable("no inventory today")

    monkeypatch.setitem(saga_calls.CALLS, "reserve", ((name, out_of_reach),))
    order = shop.place((COAT, 1))
    with pytest.raises(rpc.Unavailable):
        progress.catch_up()
    assert shop.kinds(order.id) == ["OrderPlaced"]
    monkeypatch.setitem(saga_calls.CALLS, "reserve", ((name, part),))
    progress.catch_up()
    assert shop.get(order.id).status == OrderStatus.CONFIRMED


def test_only_staff_retry_steps_and_only_failed_ones():
    shop.open_shop()
    order = shop.confirmed((COAT, 1))
    with acting.as_staff("orders"), pytest.raises(orders.NotAllowedNow):
        shop.shop().retry_step(order.id)
    with acting.as_customer(), pytest.raises(common.Forbidden, match="staff"):
        acting.straight_at(orders.OrdersService).retry_step(order.id)


def test_the_command_sweeps(capsys, monkeypatch):
    from django.core.management import call_command

    shop.open_shop()
    shop.confirmed((COAT, 1), token="tok_fail")
    later(monkeypatch, 16 * MINUTE)
    call_command("sweep_orders")
    assert "Swept 1 order." in capsys.readouterr().out


def test_a_failing_order_does_not_block_the_sweep_of_others(monkeypatch):
    shop.open_shop()
    first, second = (shop.confirmed((COAT, 1), token="tok_fail_once") for _ in range(2))
    later(monkeypatch, 3_000)
    advance = saga.advance

    def break_on_the_first(order_id):
        if order_id == first.id:
            raise RuntimeError("something nobody thought of")
        return advance(order_id)

    with monkeypatch.context() as broken:
        broken.setattr(saga, "advance", break_on_the_first)
        assert sweep() == 2
    assert shop.get(second.id).status == OrderStatus.CONFIRMED
    assert shop.get(first.id).status == OrderStatus.PENDING
    sweep()
    assert shop.get(first.id).status == OrderStatus.CONFIRMED


@pytest.mark.django_db(transaction=True)
def test_concurrent_runs_take_each_step_once():
    shop.open_shop()
    order = shop.place((COAT, 1), (TEAPOT, 2), token="tok_ok")
    problems, ready = [], threading.Barrier(8)

    def run():
        try:
            ready.wait(120)
            with acting.as_service("orders"):
                saga.advance(order.id)
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    for verb in (lambda: None, lambda: shop.ship(order.id)):
        verb()
        threads = [threading.Thread(target=run) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(300)
    progress.catch_up()
    assert problems == []
    assert shop.kinds(order.id) == [
        "OrderPlaced",
        "OrderStockReserved",
        "PaymentAuthorised",
        "OrderConfirmed",
        "OrderShipped",
        "PaymentCaptured",
    ]
    assert provider_entries(order.id) == [("authorise", 70_00), ("capture", 70_00)]
    assert shop.levels(COAT, TEAPOT) == {COAT: (19, 0), TEAPOT: (18, 0)}
