"""A cart is bought once, also with concurrent orders and interrupted processes."""

import random
import threading
import time
from collections import Counter

import pytest
from django.db import connection
from idl.orders import OrderStatus

from apps.orders.models import Order
from apps.orders.service import checkout, streams
from idl import cart, common, orders
from tests import acting
from tests.orders import shop
from tests.orders.buying import buy, cart_service, fill, guest_cart
from tests.orders.interruptions import ProcessKilled, assert_consistent
from tests.orders.shop import COAT, LAMP, TEAPOT, gbp
from thriftshop import rpc
from thriftshop.events import decider, progress

pytestmark = pytest.mark.django_db
BUYERS = 20


def at_once(*works):
    """Run functions in concurrent threads; returns their results or exceptions."""
    ready, results = threading.Barrier(len(works)), [None] * len(works)

    def run(number, work):
        try:
            ready.wait(120)
            results[number] = work()
        except Exception as problem:
            results[number] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    return results


def buying(delay=0.0, **more):
    """A function that orders a customer's cart after a delay in seconds."""

    def work():
        time.sleep(delay)
        with acting.as_customer():
            return shop.shop().place(buy(**more))

    return work


def in_cart():
    with acting.as_customer():
        return {line.sku: line.quantity for line in cart_service().get_cart(cart.CartRef()).lines}


def ordered(order):
    return {line.sku: line.quantity for line in order.lines}


def outcomes(results):
    return Counter(type(result).__name__ for result in results)


def processed_orders():
    """Process all events; return the orders."""
    progress.catch_up()
    assert_consistent()
    return [shop.get(row.pk) for row in Order.objects.all()]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("spread", [0.0, 0.1])
def test_one_of_twenty_orders_with_different_keys_buys_the_cart(transport, event_store, spread):
    shop.open_shop()
    with acting.as_customer():
        fill({COAT: 1, TEAPOT: 2})
    delays = random.Random(7)
    results = at_once(*(buying(delays.uniform(0, spread)) for _ in range(BUYERS)))
    assert outcomes(results) == {"Order": 1, "EmptyCart": BUYERS - 1}
    (order,) = processed_orders()
    assert (order.status, ordered(order)) == (OrderStatus.CONFIRMED, {COAT: 1, TEAPOT: 2})
    assert in_cart() == {}
    assert shop.levels(COAT, TEAPOT) == {COAT: (20, 1), TEAPOT: (20, 2)}


@pytest.mark.django_db(transaction=True)
def test_one_of_twenty_orders_buys_a_guests_cart():
    shop.open_shop()
    token = guest_cart({COAT: 1})

    def work():
        with acting.as_stranger():
            return shop.shop().place(buy(cart_token=token, email="guest@example.org"))

    assert outcomes(at_once(*[work] * BUYERS)) == {"Order": 1, "EmptyCart": BUYERS - 1}
    assert len(processed_orders()) == 1


@pytest.mark.django_db(transaction=True)
def test_items_added_during_the_check_out_are_neither_lost_nor_bought():
    shop.open_shop(stock=500)
    for _ in range(8):
        with acting.as_customer():
            fill({COAT: 1})
        before = set(Order.objects.values_list("id", flat=True))

        def add_item():
            with acting.as_customer():
                return cart_service().add_item(cart.CartRef(), cart.CartItem(sku=LAMP, quantity=1), None)

        results = at_once(buying(expected_total=gbp(48_95)), add_item, buying(expected_total=gbp(48_95)), add_item)
        assert sum(isinstance(result, cart.Cart) for result in results) == 2
        new = [shop.get(id_) for id_ in set(Order.objects.values_list("id", flat=True)) - before]
        progress.catch_up()
        new = [shop.get(id_) for id_ in set(Order.objects.values_list("id", flat=True)) - before]
        total = Counter(in_cart())
        for order in new:
            assert ordered(order) == {COAT: 1}
            total.update(ordered(order))
        assert total == {COAT: 1, LAMP: 2}
        assert len(new) <= 1
        with acting.as_customer():
            cart_service().clear(cart.CartRef())
    assert_consistent()


def test_an_item_added_between_quote_and_check_out_stays_in_the_cart(monkeypatch):
    shop.open_shop()
    with acting.as_customer():
        fill({COAT: 1})
        meanwhile(monkeypatch, lambda: fill({COAT: 1, LAMP: 1}))
        order = shop.shop().place(buy())
    assert ordered(order) == {COAT: 1}
    assert in_cart() == {COAT: 1, LAMP: 1}


def test_a_cart_bought_between_quote_and_check_out_is_empty_for_the_second_order(monkeypatch):
    shop.open_shop()
    with acting.as_customer():
        fill({COAT: 1})
        meanwhile(monkeypatch, lambda: shop.shop().place(buy()))
        with pytest.raises(orders.EmptyCart):
            shop.shop().place(buy())
    assert len(processed_orders()) == 1


def test_a_cart_that_was_bought_and_refilled_needs_another_confirmation(monkeypatch):
    shop.open_shop()

    def buy_and_fill_again():
        shop.shop().place(buy())
        fill({COAT: 1})

    with acting.as_customer():
        fill({COAT: 1})
        meanwhile(monkeypatch, buy_and_fill_again)
        with pytest.raises(orders.TotalChanged, match="changed while"):
            shop.shop().place(buy())
    assert (len(processed_orders()), in_cart()) == (1, {COAT: 1})


def test_a_concurrent_change_of_the_cart_needs_another_confirmation(monkeypatch):
    shop.open_shop()
    with acting.as_customer():
        fill({COAT: 2})
        meanwhile(monkeypatch, lambda: cart_service().set_quantity(cart.CartRef(), COAT, 1))
        with pytest.raises(orders.TotalChanged, match="changed while") as refusal:
            shop.shop().place(buy())
    assert refusal.value.total == gbp(48_95)
    assert (in_cart(), processed_orders()) == ({COAT: 1}, [])


def meanwhile(monkeypatch, happens):
    """Run a function once, between quote and check-out."""
    check_out = checkout._check_out

    def late(*args):
        monkeypatch.setattr(checkout, "_check_out", check_out)
        happens()
        return check_out(*args)

    monkeypatch.setattr(checkout, "_check_out", late)


# -- stopped on the way ---------------------------------------------------------------------------


@pytest.fixture
def stopped_order(monkeypatch):
    """The request of an order whose process was killed between check-out and placing."""
    shop.open_shop()
    request = buy(email="ada@example.org")

    def stop(*_):
        raise ProcessKilled

    with acting.as_customer():
        fill({COAT: 2})
        with monkeypatch.context() as patched:
            patched.setattr(streams.ORDERS, "decide", stop)
            with pytest.raises(ProcessKilled):
                shop.shop().place(request)
    decider.forget_all()
    assert in_cart() == {}
    return request


def test_an_order_interrupted_after_the_check_out_is_placed_without_another_request(stopped_order):
    (order,) = processed_orders()
    assert (order.status, ordered(order), order.email) == (OrderStatus.CONFIRMED, {COAT: 2}, "ada@example.org")
    assert order.customer_id == acting.CUSTOMER
    placed = streams.ORDERS.history(order.id)[0]
    assert (placed.kind, placed.actor) == ("OrderPlaced", acting.CUSTOMER)
    with acting.as_customer():
        assert shop.shop().place(stopped_order).id == order.id


def test_a_repeated_request_after_an_interruption_places_the_order_at_once(stopped_order):
    with acting.as_customer():
        order = shop.shop().place(stopped_order)
        assert ordered(order) == {COAT: 2}
        with pytest.raises(orders.EmptyCart):
            shop.shop().place(buy())
    assert [one.id for one in processed_orders()] == [order.id]


def test_a_repeated_request_after_an_interruption_places_the_order_even_if_the_cart_was_refilled(stopped_order):
    with acting.as_customer():
        fill({LAMP: 1})
        assert ordered(shop.shop().place(stopped_order)) == {COAT: 2}
    assert in_cart() == {LAMP: 1}
    assert len(processed_orders()) == 1


def test_a_second_cart_bought_with_the_same_key_gets_its_items_again(stopped_order):
    token = guest_cart({LAMP: 1})
    with acting.as_customer():
        # The stopped one has no order yet: the same key, with another cart, gets there first.
        other = shop.shop().place(buy(cart_token=token, idempotency_key=stopped_order.idempotency_key))
    assert [one.id for one in processed_orders()] == [other.id]
    assert (ordered(shop.get(other.id)), in_cart()) == ({LAMP: 1}, {COAT: 2})
    with acting.as_customer(), pytest.raises(orders.IdempotencyConflict):
        shop.shop().place(stopped_order)


# -- restoring carts ------------------------------------------------------------------------------


def test_a_rejected_order_restores_its_items_to_the_cart_and_keeps_newer_ones():
    shop.open_shop()
    with acting.as_customer():
        fill({COAT: 2, TEAPOT: 1})
        shop.shop().place(buy(payment=orders.PaymentMethod(provider="card", token="tok_decline")))
        fill({COAT: 1, LAMP: 1})
    progress.catch_up()
    assert in_cart() == {COAT: 3, LAMP: 1, TEAPOT: 1}


@pytest.mark.django_db(transaction=True)
def test_items_of_concurrent_orders_are_either_in_an_order_or_in_the_cart():
    shop.open_shop()
    for _ in range(4):
        with acting.as_customer():
            fill({COAT: 1})
        declined = orders.PaymentMethod(provider="card", token="tok_decline")
        at_once(buying(), buying(payment=declined))
        progress.catch_up()
        good = Order.objects.filter(status=OrderStatus.CONFIRMED).count()
        assert good + Counter(in_cart())[COAT] == 1
        with acting.as_customer():
            cart_service().clear(cart.CartRef())
        for row in Order.objects.filter(status=OrderStatus.CONFIRMED):
            with acting.as_staff("orders"):
                shop.shop().cancel(row.pk, "a test")
        progress.catch_up()


def test_only_the_orders_service_checks_carts_out():
    with acting.as_customer(), pytest.raises(rpc.NotAllowed):
        cart_service().check_out(cart.CartRef(), 1, [], "an order", b"")


def test_a_guest_without_a_cart_is_refused():
    with acting.as_stranger(), pytest.raises(common.NotFound):
        shop.shop().place(buy(cart_token="no-such-cart", email="guest@example.org"))
