"""Concurrent orders: exactly the available stock is sold."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from apps.inventory import domain, service
from apps.inventory.service import ledger
from idl import inventory
from tests import acting
from thriftshop import call_context, rpc
from thriftshop.events import commands, decider, groups, progress, rebuild

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("event_store")]


def lines(**quantities):
    return [inventory.StockLine(sku=sku, quantity=quantity) for sku, quantity in quantities.items()]


def at_once(work, number):
    """Call `work(n)` in so many threads that start together; give what each returned or raised."""
    start = threading.Barrier(number)

    def run(n):
        start.wait()
        try:
            return work(n)
        except Exception as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def receive(stock, **quantities):
    with acting.as_staff("inventory"):
        stock.receive("delivery", lines(**quantities), None, None)


def buy(stock, buyer, **quantities):
    with call_context.using(caller="orders"):
        stock.reserve(f"order-{buyer}", lines(**quantities), 900)
        skus = list(quantities)
        stock.allocate(f"order-{buyer}", skus)
        stock.ship(f"shipment-{buyer}", f"order-{buyer}", lines(**quantities))
    return "sold"


def ledger_sums(sku):
    moved = [domain.changes(record.event) for record in ledger.stock.history(sku)]
    return sum(on_hand for on_hand, _ in moved), sum(reserved for _, reserved in moved)


def levels(stock, *skus):
    with acting.as_stranger():
        return [(level.on_hand, level.reserved) for level in stock.get_levels(list(skus))]


def test_fifty_buyers_of_the_last_twenty_units_buy_exactly_twenty(stock):
    receive(stock, A=20)
    ended = at_once(lambda n: buy(stock, n, A=1), 50)
    assert ended.count("sold") == 20
    assert [type(one) for one in ended if one != "sold"] == [inventory.OutOfStock] * 30
    assert levels(stock, "A") == [ledger_sums("A")] == [(0, 0)]
    progress.catch_up()
    with acting.as_staff("inventory"):
        assert [(level.on_hand, level.reserved) for level in stock.list_levels(None, 10)] == [(0, 0)]
        totals = stock.get_totals()
    assert (totals.received, totals.shipped) == (20, 20)
    assert rebuild.differences(groups.get("inventory.ledger")) == []


def test_concurrent_processes_cannot_oversell(stock, monkeypatch):
    """As from many processes: each buyer has states remembered of their own, and takes no turns with others."""
    receive(stock, A=20)
    own = threading.local()

    class Alone:
        """The decider of the thread that asks for it."""

        def __getattr__(self, name):
            if not hasattr(own, "decider"):
                own.decider = decider.Decider("inventory", domain.EMPTY, domain.evolve)
                own.decider.load("A")
            return getattr(own.decider, name)

    monkeypatch.setattr(ledger, "stock", Alone())

    def insist(n):
        while True:
            try:
                return buy(stock, n, A=1)
            except rpc.Unavailable:
                continue

    ended = at_once(insist, 50)
    assert ended.count("sold") == 20
    assert [type(one) for one in ended if one != "sold"] == [inventory.OutOfStock] * 30
    assert levels(stock, "A") == [ledger_sums("A")] == [(0, 0)]


def test_concurrent_orders_of_several_skus_are_reserved_completely_or_not_at_all(stock):
    receive(stock, A=20, B=15, C=50)
    ended = at_once(lambda n: buy(stock, n, **({"A": 1, "B": 1} if n % 2 else {"C": 1, "B": 1})), 50)
    assert ended.count("sold") == 15
    (a, _), (b, b_reserved), (c, _) = levels(stock, "A", "B", "C")
    assert (b, b_reserved) == (0, 0)
    assert (20 - a) + (50 - c) == 15
    for sku in "ABC":
        assert levels(stock, sku) == [ledger_sums(sku)]


def test_a_lost_race_releases_what_was_already_reserved(stock, monkeypatch):
    """Another process takes the last B between the look at it and the writing of the order's lines."""
    receive(stock, A=5, B=1)
    with call_context.using(caller="orders"):
        stock.get_levels(["A", "B"])
    decide, raced = commands.Group.decide, []

    def and_be_too_late(self, *args):
        decide(self, *args)
        if not raced:
            raced.append(True)
            other = decider.Decider("inventory", domain.EMPTY, domain.evolve)
            with call_context.using(caller="orders"):
                other.decide("B", lambda state: domain.reduce(state, "B", 1, 0))

    monkeypatch.setattr(commands.Group, "decide", and_be_too_late)
    with call_context.using(caller="orders"), pytest.raises(inventory.OutOfStock) as refusal:
        stock.reserve("order-1", lines(A=2, B=1), 900)
    assert refusal.value.shortages == [inventory.Shortage(sku="B", requested=1, available=0)]
    assert levels(stock, "A", "B") == [(5, 0), (0, 0)]
    assert [type(record.event).__name__ for record in ledger.stock.history("A")][1:] == [
        "StockReserved",
        "StockReleased",
    ]
    with acting.as_staff("inventory"):
        stock.receive("more", lines(B=1), None, None)
    with call_context.using(caller="orders"):
        stock.reserve("order-1", lines(A=2, B=1), 900)
    assert levels(stock, "A", "B") == [(5, 2), (1, 1)]


def test_a_firm_reservation_that_loses_a_race_is_released_completely(stock, monkeypatch):
    receive(stock, A=5, B=1)
    decide, raced = commands.Group.decide, []

    def and_be_too_late(self, *args):
        decide(self, *args)
        if not raced:
            raced.append(True)
            other = decider.Decider("inventory", domain.EMPTY, domain.evolve)
            with call_context.using(caller="orders"):
                other.decide("B", lambda state: domain.reduce(state, "B", 1, 0))

    monkeypatch.setattr(commands.Group, "decide", and_be_too_late)
    with call_context.using(caller="orders"), pytest.raises(inventory.OutOfStock):
        stock.reserve("order-1", lines(A=2, B=1), 900, True)
    assert levels(stock, "A", "B") == [(5, 0), (0, 0)]
    with acting.as_staff("inventory"):
        stock.receive("more", lines(B=1), None, None)
    with call_context.using(caller="orders"):
        stock.reserve("order-1", lines(A=2, B=1), 900, True)
    assert levels(stock, "A", "B") == [(5, 2), (1, 1)]


def test_a_write_off_that_loses_a_race_is_undone(stock, monkeypatch):
    receive(stock, A=5, B=1)
    decide, raced = commands.Group.decide, []

    def and_be_too_late(self, *args):
        decide(self, *args)
        if not raced:
            raced.append(True)
            other = decider.Decider("inventory", domain.EMPTY, domain.evolve)
            other.decide("B", lambda state: domain.reduce(state, "B", 1, 0))

    monkeypatch.setattr(commands.Group, "decide", and_be_too_late)
    with acting.as_staff("inventory"), pytest.raises(inventory.OutOfStock):
        stock.write_off("w1", lines(A=2, B=1), "moths", None)
    assert levels(stock, "A", "B") == [(5, 0), (0, 0)]


def test_the_same_command_sent_concurrently_has_one_effect(stock):
    receive(stock, A=20)
    ended = at_once(lambda _: buy(stock, "same", A=3), 20)
    assert ended == ["sold"] * 20
    assert levels(stock, "A") == [ledger_sums("A")] == [(17, 0)]


def test_concurrent_staff_and_buyers_never_exceed_the_stock(stock):
    receive(stock, A=30)

    def work(n):
        if n % 3 == 0:
            return buy(stock, n, A=2)
        if n % 3 == 1:
            with acting.as_staff("inventory"):
                stock.write_off(f"w{n}", lines(A=1), "moths", None)
            return "lost"
        with call_context.using(caller="gateway"):
            rpc.connect(service.legacy_inventory.InventoryService).reduce("A", 1)
        return "reduced"

    ended = at_once(work, 45)
    sold, lost, reduced = (ended.count(one) for one in ("sold", "lost", "reduced"))
    left = 30 - 2 * sold - lost - reduced
    assert left >= 0
    assert levels(stock, "A") == [ledger_sums("A")] == [(left, 0)]
