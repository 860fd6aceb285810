"""An account is erased only if none of its orders is open, even with concurrent orders."""

import threading

import pytest
from django.db import connections
from idl.orders import OrderStatus

from apps.orders.models import Closing, Order, PersonalKey
from apps.orders.service import claims, closings, streams
from apps.users import models as people
from idl import common, orders, users
from tests import acting
from tests.orders import buying, shop
from tests.orders.shop import COAT, TEAPOT
from thriftshop import rpc
from thriftshop.events import progress

pytestmark = pytest.mark.django_db
PASSWORD = "a long pass phrase"
HOUR = 3_600_000


@pytest.fixture
def ada():
    """A customer, in a shop with products."""
    shop.open_shop()
    progress.catch_up()
    with acting.as_service("demo"):
        (customer,) = rpc.connect(users.UsersService).import_users(
            [users.UserImport(email="ada@home.example", name="Ada", password=PASSWORD)]
        )
    progress.catch_up()
    return customer


def erase(customer):
    with acting.as_customer(customer):
        rpc.connect(users.UsersService).erase_account(PASSWORD)


def is_erased(customer):
    return people.User.objects.get(pk=customer).erased_at is not None


def order_a_coat(customer):
    with acting.as_customer(customer):
        buying.fill({COAT: 1})
        return shop.shop().place(buying.buy())


def test_open_orders_are_listed_and_nothing_is_erased(transport, ada):
    waiting = shop.place((COAT, 1), customer=ada)
    confirmed = shop.confirmed((COAT, 1), customer=ada)
    part = shop.confirmed((COAT, 1), (TEAPOT, 2), customer=ada)
    shop.ship(part.id, (1, 1))
    shop.shipped((COAT, 1), customer=ada)
    shop.confirmed((COAT, 1), customer=ada, token="tok_decline")
    shop.confirmed((COAT, 1), customer=acting.OTHER)
    with pytest.raises(users.OpenOrders) as refusal:
        erase(ada)
    assert set(refusal.value.numbers) == {waiting.number, confirmed.number, part.number}
    assert all(number in refusal.value.message for number in refusal.value.numbers)
    with acting.as_customer(ada), pytest.raises(users.WrongCredentials, match=waiting.number):
        rpc.connect(users.UsersService).erase(PASSWORD)
    assert not is_erased(ada)
    assert order_a_coat(ada).customer_id == ada


def test_a_caller_of_an_earlier_version_can_erase(ada):
    with acting.as_customer(ada):
        rpc.connect(users.UsersService).erase(PASSWORD)
    assert is_erased(ada)


def test_an_account_is_erased_once_all_orders_are_shipped_or_cancelled(transport, ada):
    sent = shop.shipped((COAT, 1), customer=ada)
    off = shop.confirmed((COAT, 1), customer=ada, token="tok_ok")
    with acting.as_customer(ada):
        shop.shop().cancel(off.id, "I am leaving.", None)
    erase(ada)
    progress.catch_up()
    assert is_erased(ada)
    assert shop.levels(COAT) == {COAT: (19, 0)}
    assert [shop.get(one.id).email for one in (sent, off)] == [None, None]
    with pytest.raises(common.Forbidden, match="erased"):
        order_a_coat(ada)
    with pytest.raises(common.Forbidden, match="erased"):
        shop.place((COAT, 1), customer=ada)
    assert not PersonalKey.objects.filter(owner=ada).exists()


def test_an_order_that_is_not_in_the_projection_yet_prevents_the_erasure(ada):
    with acting.as_customer(ada):
        buying.fill({COAT: 1})
        placed = shop.shop().place(buying.buy())
    assert not Order.objects.filter(pk=placed.id).exists()
    with pytest.raises(users.OpenOrders, match=placed.number):
        erase(ada)
    assert order_a_coat(ada).customer_id == ada


@pytest.mark.parametrize("is_seen", [True, False], ids=["the erasure has reached the orders", "not yet"])
def test_an_order_that_is_placed_during_the_erasure_is_cancelled(monkeypatch, ada, is_seen):
    decide = streams.ORDERS.decide

    def erased_first(order_id, decision, key=None):
        monkeypatch.setattr(streams.ORDERS, "decide", decide)
        erase(ada)
        if is_seen:
            progress.catch_up()
        return decide(order_id, decision, key)

    with acting.as_customer(ada):
        buying.fill({COAT: 1})
        monkeypatch.setattr(streams.ORDERS, "decide", erased_first)
        with pytest.raises(common.Forbidden, match="erased"):
            shop.shop().place(buying.buy())
    progress.catch_up()
    assert is_erased(ada)
    (late,) = Order.objects.all()
    assert late.status == OrderStatus.CANCELLED
    assert shop.levels(COAT) == {COAT: (20, 0)}
    assert shop.get(late.id).shipping_address is None
    assert not PersonalKey.objects.filter(owner=ada).exists()


def test_an_order_that_is_claimed_during_the_erasure_is_cancelled(monkeypatch, ada):
    token = buying.guest_cart({COAT: 1})
    with acting.as_stranger():
        placed = shop.shop().place(buying.buy(cart_token=token, email="gus@example.org"))
    progress.catch_up()
    decide = streams.ORDERS.decide

    def erased_first(order_id, decision, key=None):
        monkeypatch.setattr(streams.ORDERS, "decide", decide)
        erase(ada)
        return decide(order_id, decision, key)

    monkeypatch.setattr(streams.ORDERS, "decide", erased_first)
    with acting.as_service("orders"):
        claims.claim(placed.id, ada)
    progress.catch_up()
    found = shop.get(placed.id)
    assert (found.status, found.email, found.customer_id) == (OrderStatus.CANCELLED, None, ada)


def test_a_prepared_erasure_expires_and_can_be_abandoned(monkeypatch, ada):
    with acting.as_service("users"):
        shop.shop().prepare_erasure(ada)
        shop.shop().prepare_erasure(ada)
    with pytest.raises(common.Forbidden):
        order_a_coat(ada)
    with acting.as_service("users"):
        shop.shop().abandon_erasure(ada)
    order_a_coat(ada)
    Closing.objects.close("bob", closings.clock.now() + 1)
    now = closings.clock.now()
    monkeypatch.setattr(closings.clock, "now", lambda: now + HOUR)
    assert not Closing.objects.is_closed("bob")


def test_abandoning_does_not_reopen_an_erased_customer(ada):
    erase(ada)
    progress.catch_up()
    with acting.as_service("users"):
        shop.shop().abandon_erasure(ada)
        shop.shop().prepare_erasure(ada)
    assert Closing.objects.get(pk=ada).until is None


def test_only_services_prepare_an_erasure(ada):
    for acts in (lambda: acting.as_customer(ada), lambda: acting.as_staff("orders"), acting.as_stranger):
        for verb in (closings.prepare, closings.abandon):
            with acts(), pytest.raises(common.Forbidden):
                verb(ada)


@pytest.mark.django_db(transaction=True)
def test_concurrent_orders_and_erasures_leave_no_open_order_of_an_erased_customer(ada):
    with acting.as_customer(ada):
        buying.fill({COAT: 1})
    ready, problems = threading.Barrier(2), []

    def at_once(act):
        ready.wait()
        try:
            act()
        except (common.Forbidden, common.Unauthenticated, users.OpenOrders, orders.EmptyCart):
            pass
        except Exception as problem:
            problems.append(problem)
        finally:
            connections.close_all()

    def place():
        with acting.as_customer(ada):
            shop.shop().place(buying.buy())

    threads = [threading.Thread(target=at_once, args=[act]) for act in (place, lambda: erase(ada))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    progress.catch_up()
    assert problems == []
    still_open = Order.objects.exclude(status=OrderStatus.CANCELLED).exists()
    assert not (is_erased(ada) and still_open)
