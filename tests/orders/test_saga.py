"""The saga stopped after any step and resumed: orders end where they should, stock adds up, money moves and word is sent once."""

import threading

import pytest
from django.core import mail
from django.db import connection
from idl.orders import OrderStatus, PaymentStatus

from apps.orders.models import CardEntry, Order
from apps.orders.reactions import saga, sweeping, taking
from apps.orders.service import streams
from idl import inventory, orders
from tests import acting
from tests.orders import shop
from tests.orders.shop import COAT, TEAPOT
from thriftshop import clock, rpc
from thriftshop.events import bus, decider, rebuild

pytestmark = pytest.mark.django_db
MINUTE = 60_000


class Killed(BaseException):
    """The process is gone: nothing in it gets to tidy up."""


class Stops:
    """Ends the process at the n-th place where it could end: before a step is asked for, after, and after it is recorded."""

    def __init__(self, monkeypatch):
        self.left = -1
        for step, parts in taking.PARTS.items():
            monkeypatch.setitem(taking.PARTS, step, tuple((name, self._around(part)) for name, part in parts))
        take = saga._take
        monkeypatch.setattr(saga, "_take", lambda *args: self._then_stop(take(*args)))

    def _around(self, part):
        def asked(*args):
            self._then_stop(None)
            return self._then_stop(part(*args))

        return asked

    def _then_stop(self, value):
        if self.left == 0:
            self.left = -1
            raise Killed
        self.left -= 1
        return value

    def at(self, place):
        self.left = place


@pytest.fixture
def stops(monkeypatch):
    return Stops(monkeypatch)


def drain_through(stops, place):
    """Lets everything happen, dying once at the n-th place and starting again. False where there is no such place."""
    stops.at(place)
    try:
        bus.drain()
    except Killed:
        decider.forget_all()
        bus.drain()
        return True
    finally:
        stops.at(-1)
    return False


def adds_up():
    """The shelves are the ledger's, nothing is reserved for orders that are over, and every table equals its rebuild."""
    held = dict.fromkeys(shop.PRICES, 0)
    for row in Order.objects.filter(status__in=(OrderStatus.CONFIRMED, OrderStatus.PARTLY_SHIPPED)):
        state, _ = streams.ORDERS.load(row.pk)
        for number, line in enumerate(state.lines, start=1):
            held[line.sku] += state.left(number)
    assert {sku: reserved for sku, (_, reserved) in shop.levels().items()} == held
    for projection in (one for one in bus.groups() if hasattr(one, "tables")):
        assert rebuild.differences(projection) == []


def card(order_id):
    """What the provider did for an order: (what, amount), each once however often it was asked for."""
    return sorted(
        CardEntry.objects.filter(account=order_id, outcome="done").exclude(kind="void").values_list("kind", "amount")
    )


def subjects(word):
    return [letter.subject for letter in mail.outbox if word in letter.subject]


def test_stopped_anywhere_on_its_way_an_order_is_confirmed_once(stops):
    shop.open_shop(stock=100)
    places = 0
    while True:
        mail.outbox.clear()
        order = shop.place((COAT, 1), (TEAPOT, 2), token="tok_ok")
        stopped = drain_through(stops, places)
        assert shop.get(order.id).status == OrderStatus.CONFIRMED
        assert shop.kinds(order.id) == ["OrderPlaced", "OrderStockReserved", "PaymentAuthorised", "OrderConfirmed"]
        assert card(order.id) == [("authorise", 70_00)]
        assert len(subjects("confirmed")) == 1
        if not stopped:
            break
        places += 1
    assert places == 9
    adds_up()


def test_stopped_anywhere_while_being_declined_an_order_is_rejected_once(stops):
    shop.open_shop(stock=100)
    places = 0
    while True:
        mail.outbox.clear()
        order = shop.place((COAT, 1), token="tok_decline")
        stopped = drain_through(stops, places)
        found = shop.get(order.id)
        assert (found.status, found.payment_status) == (OrderStatus.REJECTED, PaymentStatus.DECLINED)
        assert card(order.id) == []
        assert len(subjects("could not be confirmed")) == 1
        if not stopped:
            break
        places += 1
    assert places == 9
    adds_up()


def test_stopped_anywhere_while_it_leaves_an_order_is_sent_and_paid_once(stops):
    shop.open_shop(stock=100)
    places, sent = 0, 0
    while True:
        mail.outbox.clear()
        order = shop.confirmed((COAT, 1), (TEAPOT, 2), token="tok_ok")
        shop.ship(order.id)
        sent += 1
        stopped = drain_through(stops, places)
        found = shop.get(order.id)
        assert (found.status, found.payment_status) == (OrderStatus.SHIPPED, PaymentStatus.CAPTURED)
        assert card(order.id) == [("authorise", 70_00), ("capture", 70_00)]
        assert shop.levels(COAT, TEAPOT) == {COAT: (100 - sent, 0), TEAPOT: (100 - 2 * sent, 0)}
        assert len(subjects("on its way")) == 1
        if not stopped:
            break
        places += 1
    assert places == 5
    adds_up()


def test_stopped_anywhere_while_it_comes_back_an_order_is_restocked_and_refunded_once(stops):
    shop.open_shop(stock=100)
    places = 0
    while True:
        mail.outbox.clear()
        order = shop.shipped((COAT, 1), (TEAPOT, 2), token="tok_ok")
        shop.return_lines(order.id, (1, 1), (2, 2))
        stopped = drain_through(stops, places)
        found = shop.get(order.id)
        assert (found.status, found.payment_status) == (OrderStatus.RETURNED, PaymentStatus.REFUNDED)
        assert card(order.id) == [("authorise", 70_00), ("capture", 70_00), ("refund", 70_00)]
        assert shop.levels(COAT, TEAPOT) == {COAT: (100, 0), TEAPOT: (100, 0)}
        assert len(subjects("refund")) == 1
        if not stopped:
            break
        places += 1
    assert places == 6
    adds_up()


def test_stopped_anywhere_while_it_is_cancelled_an_order_gives_everything_back_once(stops):
    shop.open_shop(stock=100)
    places = 0
    while True:
        mail.outbox.clear()
        order = shop.confirmed((COAT, 1), token="tok_ok")
        with acting.as_customer():
            shop.shop().cancel(order.id, "changed my mind")
        stopped = drain_through(stops, places)
        found = shop.get(order.id)
        assert (found.status, found.payment_status) == (OrderStatus.CANCELLED, PaymentStatus.VOIDED)
        assert shop.kinds(order.id)[4:] == ["OrderCancelled", "StepDone", "PaymentVoided"]
        assert len(subjects("is cancelled")) == 1
        if not stopped:
            break
        places += 1
    assert places == 6
    adds_up()


@pytest.mark.parametrize("step", ["reserve", "authorise", "allocate"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_order_cancelled_in_the_middle_of_a_step_holds_nothing_in_the_end(step, moment, monkeypatch):
    shop.open_shop()
    ((name, part),) = taking.PARTS[step]

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

    monkeypatch.setitem(taking.PARTS, step, ((name, cancelled_meanwhile),))
    order = shop.place((COAT, 3), token="tok_ok")
    bus.drain()
    assert shop.get(order.id).status == OrderStatus.CANCELLED
    assert shop.levels(COAT) == {COAT: (20, 0)}
    assert not CardEntry.objects.filter(account=order.id, kind="capture").exists()
    if CardEntry.objects.filter(account=order.id, kind="authorise", outcome="done").exists():
        assert CardEntry.objects.filter(account=order.id, kind="void").exists()
    adds_up()


def test_an_order_whose_reservation_ran_out_is_rejected(monkeypatch):
    shop.open_shop()
    ((name, part),) = taking.PARTS["allocate"]

    def much_later(order_id, state, work):
        rpc.connect(inventory.InventoryService).release(order_id, [COAT], "expired")
        return part(order_id, state, work)

    monkeypatch.setitem(taking.PARTS, "allocate", ((name, much_later),))
    order = shop.confirmed((COAT, 1), token="tok_ok")
    assert (order.status, order.reason) == (OrderStatus.REJECTED, "timed out")
    assert order.payment_status == PaymentStatus.VOIDED
    adds_up()


# -- failures and the sweeper ---------------------------------------------------------------------


def later(monkeypatch, milliseconds):
    moment = clock.now() + milliseconds
    monkeypatch.setattr(clock, "now", lambda: moment)


def sweep():
    count = sweeping.sweep()
    bus.drain()
    return count


def test_a_lost_answer_is_asked_for_again_and_the_money_promised_once(monkeypatch):
    shop.open_shop()
    order = shop.confirmed((COAT, 1), token="tok_fail_once")
    assert order.status == OrderStatus.PENDING
    row = Order.objects.get(pk=order.id)
    assert (row.stuck, row.retry_at is not None) == ("", True)
    assert sweep() == 0
    later(monkeypatch, 2_100)
    assert sweep() == 1
    assert shop.get(order.id).status == OrderStatus.CONFIRMED
    assert card(order.id) == [("authorise", 45_00)]
    assert Order.objects.get(pk=order.id).retry_at is None
    adds_up()


def test_a_slow_card_is_waited_for(monkeypatch):
    shop.open_shop()
    order = shop.confirmed((COAT, 1), token="tok_delay")
    assert order.status == OrderStatus.PENDING
    later(monkeypatch, 3_100)
    sweep()
    assert shop.get(order.id).status == OrderStatus.CONFIRMED


def test_a_step_that_keeps_failing_waits_for_staff_and_is_tried_again_by_a_button(monkeypatch):
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
    with acting.as_staff():
        shop.shop().retry_step(order.id)
    bus.drain()
    order = shop.get(order.id)
    assert (order.payment_status, order.captured) == (PaymentStatus.CAPTURED, shop.gbp(45_00))
    assert card(order.id) == [("authorise", 45_00), ("capture", 45_00)]
    assert Order.objects.get(pk=order.id).stuck == ""
    adds_up()


def test_an_order_pending_too_long_is_rejected_and_gives_back_what_it_holds(monkeypatch):
    shop.open_shop()
    order = shop.confirmed((COAT, 1), token="tok_fail")
    assert (order.status, shop.levels(COAT)) == (OrderStatus.PENDING, {COAT: (20, 1)})
    later(monkeypatch, 15 * MINUTE + 1_000)
    assert sweep() == 1
    order = shop.get(order.id)
    assert (order.status, order.reason) == (OrderStatus.REJECTED, "timed out")
    assert len(subjects("could not be confirmed")) == 1
    assert sweep() == 0
    adds_up()


def test_what_was_imported_is_not_overdue_however_long_ago_it_happened(monkeypatch):
    shop.open_shop()
    with acting.as_service("trade"), rpc.using(occurred_at=1_260_000_000_000):
        order = shop.shop().place(shop.wanted((COAT, 1, 1_00)))
    assert order.placed_at == 1_260_000_000_000
    assert sweep() == 0
    bus.drain()
    assert shop.get(order.id).status == OrderStatus.CONFIRMED


def test_a_context_that_cannot_be_reached_is_waited_for_and_nothing_is_given_up(monkeypatch):
    shop.open_shop()
    ((name, part),) = taking.PARTS["reserve"]

    def out_of_reach(*args):
        raise rpc.Unavailable("no inventory today")

    monkeypatch.setitem(taking.PARTS, "reserve", ((name, out_of_reach),))
    order = shop.place((COAT, 1))
    with pytest.raises(rpc.Unavailable):
        bus.drain()
    assert shop.kinds(order.id) == ["OrderPlaced"]
    monkeypatch.setitem(taking.PARTS, "reserve", ((name, part),))
    bus.drain()
    assert shop.get(order.id).status == OrderStatus.CONFIRMED


def test_retrying_is_for_staff_and_for_what_is_stuck():
    shop.open_shop()
    order = shop.confirmed((COAT, 1))
    with acting.as_staff(), pytest.raises(orders.NotAllowedNow):
        shop.shop().retry_step(order.id)
    with acting.as_customer(), pytest.raises(Exception, match="staff"):
        shop.shop().retry_step(order.id)


def test_the_command_sweeps(capsys, monkeypatch):
    from django.core.management import call_command

    shop.open_shop()
    shop.confirmed((COAT, 1), token="tok_fail")
    later(monkeypatch, 16 * MINUTE)
    call_command("sweep_orders")
    assert "Looked after 1 order." in capsys.readouterr().out


def test_what_goes_wrong_with_one_order_stands_in_no_other_ones_way(monkeypatch):
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
def test_many_runs_at_once_take_each_step_once():
    shop.open_shop()
    order = shop.place((COAT, 1), (TEAPOT, 2), token="tok_ok")
    problems, ready = [], threading.Barrier(8)

    def run():
        try:
            ready.wait(30)
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
            thread.join(120)
    bus.drain()
    assert problems == []
    assert shop.kinds(order.id) == [
        "OrderPlaced",
        "OrderStockReserved",
        "PaymentAuthorised",
        "OrderConfirmed",
        "OrderShipped",
        "PaymentCaptured",
    ]
    assert card(order.id) == [("authorise", 70_00), ("capture", 70_00)]
    assert shop.levels(COAT, TEAPOT) == {COAT: (19, 0), TEAPOT: (18, 0)}
