"""Load, decide, append: no decision or refusal is based on an outdated state."""

import threading
from dataclasses import dataclass, replace

import pytest
from django.db import connection

from idl import inventory
from thriftshop import events
from thriftshop.events import streams
from thriftshop.events.streams import Write

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Shelf:
    """How many there are."""

    quantity: int = 0


def evolve(shelf: Shelf, event: object) -> Shelf:
    match event:
        case inventory.StockReceived():
            return replace(shelf, quantity=shelf.quantity + event.quantity)
        case inventory.StockReduced():
            return replace(shelf, quantity=shelf.quantity - event.quantity)
    raise TypeError(type(event).__name__)


def receive(quantity: int):
    return lambda shelf: [inventory.StockReceived(quantity=quantity)]


def take(quantity: int):
    def decide(shelf: Shelf):
        if shelf.quantity < quantity:
            raise inventory.OutOfStock(message="too few", shortages=[])
        return [inventory.StockReduced(quantity=quantity)]

    return decide


@pytest.fixture
def shelves(event_store):
    return events.Decider("inventory", Shelf(), evolve)


def test_a_decision_sees_what_was_decided_before(shelves):
    shelves.decide("MUG", receive(3))
    assert shelves.decide("MUG", take(2)).state == Shelf(1)
    assert shelves.load("MUG") == (Shelf(1), 2)


def test_a_refusal_is_raised_and_nothing_is_written(shelves):
    shelves.decide("MUG", receive(1))
    with pytest.raises(inventory.OutOfStock):
        shelves.decide("MUG", take(2))
    assert shelves.load("MUG") == (Shelf(1), 1)


def test_a_refusal_on_a_remembered_state_is_looked_into_again(shelves):
    shelves.decide("MUG", receive(1))
    streams.of("inventory").append([Write("MUG", 1, [inventory.StockReceived(quantity=5)])])
    assert shelves.decide("MUG", take(4)).state == Shelf(2)


def test_a_lost_race_is_decided_again(shelves):
    shelves.decide("MUG", receive(5))
    streams.of("inventory").append([Write("MUG", 1, [inventory.StockReduced(quantity=4)])])
    with pytest.raises(inventory.OutOfStock):
        shelves.decide("MUG", take(2))
    assert shelves.decide("MUG", take(1)).state == Shelf(0)


def test_the_same_key_changes_nothing_and_is_reported_as_repeated(shelves):
    shelves.decide("MUG", receive(5), key="delivery")
    again = shelves.decide("MUG", receive(5), key="delivery")
    assert again.repeated
    assert again.state == Shelf(5)


def test_many_streams_are_decided_all_or_none_at_first(shelves):
    shelves.decide("MUG", receive(5))
    with pytest.raises(inventory.OutOfStock):
        shelves.decide_many({"MUG": take(1), "CUP": take(1)})
    assert shelves.load("MUG") == (Shelf(5), 1)


def test_an_empty_decision_writes_nothing(shelves):
    decided = shelves.decide("MUG", lambda shelf: [])
    assert decided.version == 0
    assert streams.of("inventory").count() == 0


def test_a_past_state_is_folded_from_what_had_happened(shelves):
    first = shelves.decide("MUG", receive(5)).recorded[0].occurred_at
    assert shelves.load_at("MUG", first)[0] == Shelf(5)
    assert shelves.load_at("MUG", first - 1) == (Shelf(), 0)


@pytest.mark.django_db(transaction=True)
def test_fifty_threads_take_exactly_what_is_there(event_store):
    shelves = events.Decider("inventory", Shelf(), evolve)
    shelves.decide("MUG", receive(20))
    taken, refused = [], []

    def buy(number: int) -> None:
        own = events.Decider("inventory", Shelf(), evolve) if number % 2 else shelves
        while True:
            try:
                taken.append(own.decide("MUG", take(1)))
            except events.Conflict:
                continue
            except inventory.OutOfStock:
                refused.append(number)
            break
        connection.close()

    threads = [threading.Thread(target=buy, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(taken), len(refused)) == (20, 30)
    assert shelves.load("MUG")[0] == Shelf(0)


def test_a_state_that_includes_a_version_is_read_only_if_an_older_one_is_known(shelves):
    shelves.decide("MUG", receive(3))
    streams.of("inventory").append([Write("MUG", 1, [inventory.StockReceived(quantity=4)])])
    assert shelves.load_including("MUG", 1) == (Shelf(3), 1)
    assert shelves.load_including("MUG", 2) == (Shelf(7), 2)
    shelves.forget()
    assert shelves.load_including("MUG", 1) == (Shelf(7), 2)
