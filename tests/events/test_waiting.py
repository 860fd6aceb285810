"""Waiting for new events: threads are woken at once, time out as requested, and are limited in number."""

import threading

import pytest
from django.db import connection

from idl import inventory
from thriftshop.events import feed, streams, wakeups
from thriftshop.events.feed import serving
from thriftshop.events.streams import Write
from thriftshop.rpc import hosting

LONG = 240.0  # a timeout that fails visibly


def receive(version):
    streams.of("inventory").append([Write("MUG", version, [inventory.StockReceived(quantity=1)])])


def waiting_thread(found):
    source = feed.of("inventory")
    start = source.ends()

    def wait():
        try:
            found.append(feed.poll(source, start, LONG))
        finally:
            connection.close()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_a_waiting_thread_is_woken_as_soon_as_an_event_is_recorded(monkeypatch):
    monkeypatch.setattr(feed, "POLL_SECONDS", LONG)
    found = []
    thread = waiting_thread(found)
    receive(0)
    wakeups.notify()
    thread.join(LONG / 2)
    assert found == [feed.of("inventory").ends()]


@pytest.mark.django_db(transaction=True)
def test_an_event_of_another_process_is_found_without_a_wakeup():
    found = []
    thread = waiting_thread(found)
    receive(0)  # without wakeups.notify()
    thread.join(LONG / 2)
    assert found == [feed.of("inventory").ends()]


@pytest.mark.django_db
def test_ends_that_differ_are_returned_at_once_and_others_after_the_given_time():
    receive(0)
    source = feed.of("inventory")
    assert feed.poll(source, {}, LONG) == source.ends()
    assert feed.poll(source, source.ends(), 0.01) == source.ends()
    assert feed.poll(source, source.ends(), -1) == source.ends()


@pytest.mark.django_db
@pytest.mark.parametrize("patience_ms", [-5, 0, 20])
def test_a_call_waits_as_long_as_requested(patience_ms):
    receive(0)
    ends = feed.of("inventory").ends()
    assert serving.wait("inventory", ends, patience_ms) == ends


@pytest.mark.django_db
def test_a_call_is_answered_at_once_if_too_many_others_wait(monkeypatch):
    monkeypatch.setattr(serving, "_seats", lambda: threading.Semaphore(0))
    monkeypatch.setattr(feed, "poll", lambda *_: pytest.fail("waits"))
    receive(0)
    assert serving.wait("inventory", feed.of("inventory").ends(), 1_000) == feed.of("inventory").ends()


@pytest.mark.django_db
def test_no_call_waits_during_a_graceful_shutdown(monkeypatch):
    monkeypatch.setattr(hosting, "is_draining", lambda: True)
    monkeypatch.setattr(wakeups, "wait", lambda *_: pytest.fail("waits"))
    assert serving.wait("inventory", feed.of("inventory").ends(), 1_000) == feed.of("inventory").ends()
