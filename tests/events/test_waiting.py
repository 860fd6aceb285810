"""Waiting for a log to go on: woken by what is recorded, never for longer than asked, and never by too many at once."""

import threading

import pytest

from idl import inventory
from thriftshop.events import bus, stores, waiting
from thriftshop.events.stores import Write
from thriftshop.rpc import hosting

LONG = 240.0  # a test that waited so long in vain would be seen


def receive(version):
    stores.store("inventory").append([Write("MUG", version, [inventory.StockReceived(quantity=1)])])


@pytest.mark.django_db(transaction=True)
def test_who_waits_is_told_as_soon_as_something_is_recorded():
    log, found = stores.store("inventory"), []
    start = log.head()
    waits = threading.Thread(target=lambda: found.append(waiting.for_head(log, start, LONG)))
    waits.start()
    receive(0)
    bus.wake()
    waits.join(LONG / 2)
    assert found == [log.head()]
    assert found[0] > start


@pytest.mark.django_db(transaction=True)
def test_what_another_process_recorded_is_found_without_being_told():
    log, found = stores.store("inventory"), []
    start = log.head()
    waits = threading.Thread(target=lambda: found.append(waiting.for_head(log, start, LONG)))
    waits.start()
    receive(0)  # and nobody wakes
    waits.join(LONG / 2)
    assert found == [log.head()]


@pytest.mark.django_db
def test_what_is_there_already_is_answered_at_once_and_nothing_new_after_the_time_asked():
    receive(0)
    log = stores.store("inventory")
    assert waiting.for_head(log, 0, LONG) == log.head()
    assert waiting.for_head(log, log.head(), 0.01) == log.head()
    assert waiting.for_head(log, log.head(), -1) == log.head()


@pytest.mark.django_db
def test_where_too_many_wait_the_next_is_answered_at_once(monkeypatch):
    taken = threading.Semaphore(0)
    monkeypatch.setattr(waiting, "_seats", lambda: taken)
    receive(0)
    log = stores.store("inventory")
    assert waiting.for_head(log, log.head(), LONG) == log.head()


@pytest.mark.django_db
def test_a_process_that_is_about_to_end_lets_nobody_wait(monkeypatch):
    monkeypatch.setattr(hosting, "is_draining", lambda: True)
    log = stores.store("inventory")
    assert waiting.for_head(log, log.head(), LONG) == log.head()
