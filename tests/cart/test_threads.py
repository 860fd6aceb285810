"""Concurrent changes of one cart: none is lost."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from apps.cart import service
from apps.cart.service import carts as service_carts
from idl import cart
from tests import acting
from tests.cart import conftest
from thriftshop import rpc
from thriftshop.events import decider

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("event_store")]

WINDOWS = 24
MINE = cart.CartRef()


@pytest.fixture
def shop(transactional_db, event_store):
    return conftest.Shop()


def at_once(work, number=WINDOWS):
    start = threading.Barrier(number)

    def run(n):
        start.wait()
        try:
            with acting.as_customer():
                return work(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def stock_up(shop, number):
    skus = [f"THING-{n:02}" for n in range(number)]
    shop.sell({sku: [conftest.common.Money(amount=100, currency="GBP")] for sku in skus})
    return skus


def quantities(carts, ref=MINE):
    with acting.as_customer():
        return {line.sku: line.quantity for line in carts.get_cart(ref).lines}


def test_products_added_concurrently_are_all_kept(carts, shop):
    skus = stock_up(shop, WINDOWS)
    at_once(lambda n: carts.add_item(MINE, cart.CartItem(sku=skus[n], quantity=n + 1), f"key-{n}"))
    assert quantities(carts) == {sku: n + 1 for n, sku in enumerate(skus)}


def test_one_product_added_concurrently_adds_up(carts, shop):
    at_once(lambda _: carts.add_item(MINE, cart.CartItem(sku="CUP", quantity=2), None))
    assert quantities(carts) == {"CUP": 2 * WINDOWS}


def test_a_key_sent_concurrently_counts_once(carts, shop):
    at_once(lambda _: carts.add_item(MINE, cart.CartItem(sku="CUP", quantity=2), "one click"))
    assert quantities(carts) == {"CUP": 2}


def test_concurrent_first_uses_open_a_cart_once(carts, shop):
    at_once(lambda _: carts.add_item(MINE, cart.CartItem(sku="CUP", quantity=1), None))
    history = service.carts.carts.history(f"customer-{acting.CUSTOMER}")
    assert [record.kind for record in history].count("CartOpened") == 1


def test_concurrent_processes_lose_nothing(carts, shop, monkeypatch):
    """As from many processes: each thread remembers states of its own, and takes no turns with others."""
    skus = stock_up(shop, WINDOWS)
    own = threading.local()

    class Alone:
        """The decider of the thread that asks for it."""

        def __getattr__(self, name):
            if not hasattr(own, "decider"):
                own.decider = decider.Decider("cart", service.carts.domain.EMPTY, service.carts.domain.evolve)
            return getattr(own.decider, name)

    monkeypatch.setattr(service_carts, "carts", Alone())

    def insist(n):
        while True:
            try:
                return carts.add_item(MINE, cart.CartItem(sku=skus[n], quantity=1), f"key-{n}")
            except rpc.Unavailable:
                continue

    at_once(insist)
    assert quantities(carts) == dict.fromkeys(quantities(carts), 1)
    assert set(quantities(carts)) == set(skus)


def test_concurrent_logins_merge_once(carts, shop):
    with acting.as_stranger():
        token = carts.open_guest_cart("GBP").token
        carts.add_item(cart.CartRef(token=token), cart.CartItem(sku="CUP", quantity=2), None)
    at_once(lambda _: carts.merge(token), 12)
    assert quantities(carts) == {"CUP": 2}
    assert quantities(carts, cart.CartRef(token=token)) == {}


def test_items_added_during_a_merge_are_not_lost(carts, shop):
    skus = stock_up(shop, 12)
    with acting.as_stranger():
        token = carts.open_guest_cart("GBP").token

    def work(n):
        if n % 4 == 0:
            return carts.merge(token)
        return carts.add_item(cart.CartRef(token=token), cart.CartItem(sku=skus[n], quantity=1), None)

    at_once(work, 12)
    with acting.as_customer():
        carts.merge(token)
    assert quantities(carts) == {sku: 1 for n, sku in enumerate(skus) if n % 4}
